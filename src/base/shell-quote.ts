/** A word as a POSIX shell takes it: quoted where it has to be, so that a proposed command works when pasted. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

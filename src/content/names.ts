/**
 * Why one part of a path cannot be in a release, or undefined when it can. Both ways through the same
 * gate: what we publish, and what we write to disk for others.
 */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'a name is empty';
  if (name === '.' || name === '..') return `"${name}" is not a name`;
  if (name.includes('/')) return 'a name contains a slash';
  if (name.includes('\\')) return 'a name contains a backslash, which separates folders on Windows';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'a name contains a control character';
  if (name.includes('\ufffd') || !name.isWellFormed()) return 'a name is not valid UTF-8';
  if (Buffer.byteLength(name) > 255) return 'a name is longer than 255 bytes';
  return undefined;
}

/** As {@link nameProblem} for a whole relative POSIX path. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'the path is empty';
  if (path.startsWith('/')) return 'the path is absolute';
  for (const name of path.split('/')) {
    const problem = nameProblem(name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Why Windows cannot hold this name, or undefined. Only asked there: elsewhere such names are harmless. */
export function windowsNameProblem(name: string): string | undefined {
  if (/[<>:"|?*]/.test(name)) return 'a name contains a character that Windows reserves';
  if (/[. ]$/.test(name)) return 'a name ends in a dot or space';
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i.test(name)) return 'a name is that of a Windows device';
  return undefined;
}

/** Names with the same key are one name on some file systems (no case, one Unicode form). */
export function collisionKey(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC');
}

/** Order by UTF-8 bytes, the order of dag-pb links and of most tools, unlike UTF-16 order or a locale's. */
export function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return utf8Rank(x) - utf8Rank(y);
  }
  return a.length - b.length;
}

/** Halves of characters beyond U+FFFF come before U+E000 in UTF-16 and after U+FFFF in UTF-8. */
const utf8Rank = (unit: number): number =>
  unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;

/**
 * Text from elsewhere (a chain, a manifest, a server) made safe for a terminal: control characters,
 * escape sequences and bidirectional overrides become visible, so that a name cannot rewrite the screen.
 */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** JSON text that is safe to look at as well: what it does not escape by itself, and nobody sees, is escaped too. */
export function printableJson(text: string): string {
  return text.replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, printable);
}

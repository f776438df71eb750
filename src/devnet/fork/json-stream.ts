/**
 * Cuts a stream into JSON texts, each an object or a list: anvil writes them to a socket without anything between them.
 */
export function jsonTexts(take: (text: string) => void): (chunk: string) => void {
  let text = '';
  let at = 0;
  let depth = 0;
  let inString = false;
  return (chunk) => {
    text += chunk;
    for (; at < text.length; at++) {
      const c = text[at];
      if (inString) {
        if (c === '\\') at++;
        else if (c === '"') inString = false;
      } else if (c === '"') inString = true;
      else if (c === '{' || c === '[') depth++;
      else if ((c === '}' || c === ']') && --depth === 0) {
        take(text.slice(0, at + 1).trim());
        text = text.slice(at + 1);
        at = -1;
      }
    }
  };
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const BLOCK = 64 * 1024;

/** The last lines of a file, oldest first; none where there is no file. Reads its end only, however long it is. */
export function lastLinesOf(path: string, count: number): string[] {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const blocks: Buffer[] = [];
    let newlines = 0;
    // One newline more than lines: the one before the first line, and the one that ends the last.
    for (let at = fstatSync(file).size; at > 0 && newlines <= count; ) {
      const block = Buffer.alloc(Math.min(BLOCK, at));
      at -= block.length;
      readSync(file, block, 0, block.length, at);
      for (const byte of block) if (byte === 0x0a) newlines++;
      blocks.unshift(block);
    }
    const text = Buffer.concat(blocks).toString('utf8').trimEnd();
    return text === '' ? [] : text.split('\n').slice(-count);
  } finally {
    closeSync(file);
  }
}

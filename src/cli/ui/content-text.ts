import { formatBytes } from '../../base/amount.ts';
import { fields } from './text.ts';

/** "1 block", "2 blocks". */
export const counted = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;

/** What a proposed command needs to act on the same node. */
export const onRemote = (remote: string | undefined): string =>
  remote === undefined ? '' : ` --remote ${remote}`;

const firstFew = (names: string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;

/** What is said where content is taken that has hidden files. */
export const hiddenWarning = (hidden: string[]): string =>
  `left out ${hidden.length} hidden file(s): ${firstFew(hidden)}`;

/** What was addressed, for people. */
export function hashedText(hashed: {
  cid: string;
  kind: 'file' | 'folder';
  files: number;
  size: number;
  blocks: number;
  hidden: string[];
}): string {
  const { cid, kind, files, size, blocks, hidden } = hashed;
  return fields([
    ['cid', cid],
    [
      kind,
      `${kind === 'folder' ? `${counted(files, 'file')}, ` : ''}${formatBytes(size)}, ${counted(blocks, 'block')}`,
    ],
    ['left out', hidden.length === 0 ? undefined : `${hidden.length} hidden: ${firstFew(hidden)}`],
  ]);
}

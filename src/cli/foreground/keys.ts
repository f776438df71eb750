import { shown } from '../ui/glyphs.ts';
import { clip, width } from '../ui/width.ts';
import type { Board } from './board.ts';

export type BoardKey = 's' | 'm' | 'f' | 'l' | '?' | 'q';

type Told = { key: BoardKey; word: string; help: string };

function told(key: BoardKey, { isGuest, page }: Pick<Board, 'isGuest' | 'page'>): Told {
  switch (key) {
    case 's':
      return { key, word: 'snapshot', help: 'save a snapshot of the whole devnet' };
    case 'm':
      return { key, word: 'mine', help: 'mine a block' };
    case 'f':
      return { key, word: '+1 day', help: 'set the chain’s clock a day forward, and mine a block' };
    case 'l':
      return {
        key,
        word: page === 'logs' ? 'chain' : 'logs',
        help: 'the last lines of the logs, or blocks and events again',
      };
    case '?':
      return { key, word: 'help', help: 'this, or blocks and events again' };
    case 'q':
      return isGuest
        ? { key, word: 'leave', help: 'leave; the devnet goes on running' }
        : { key, word: 'stop', help: 'save the chain, stop the devnet and leave; Ctrl-C does the same' };
  }
}

/** The keys on one line: their words go where there is no room for them. */
export function keysLine(keys: readonly BoardKey[], board: Board, room: number): string {
  if (keys.length === 0) return board.isGuest ? 'Ctrl-C leaves' : 'Ctrl-C stops the devnet';
  const all = keys.map((key) => told(key, board));
  const whole = all.map(({ key, word }) => `${key} ${word}`).join('   ');
  if (width(whole) <= room) return whole;
  const close = all.map(({ key, word }) => `${key} ${word}`).join(' ');
  return width(close) <= room ? close : `keys: ${keys.join(' ')}`;
}

export function helpLines(keys: readonly BoardKey[], board: Board, room: number): string[] {
  return keys.map((key) => clip(shown(`${key}  ${told(key, board).help}`), room, shown('…')));
}

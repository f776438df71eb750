import type { Hex } from '../../base/hex.ts';

const BEGINNING = Buffer.from(`{"header":{"parentHash":"0x${'0'.repeat(64)}"`);
const END = Buffer.from('"ommers":[]');
const COMMA = 0x2c;

/** Whether a state has more than one first block. */
export function mayHaveStrays(state: Buffer): boolean {
  const first = state.indexOf(BEGINNING);
  return first >= 0 && state.indexOf(BEGINNING, first + 1) >= 0;
}

/**
 * A state as anvil 1.7.1 dumps it, without the first blocks that are not the chain's own. Each anvil makes one of its
 * own before it loads a state, and dumps both: after the next load either may be block 0. Works on the text, as a state
 * can be too long to be parsed in passing.
 *
 * @param first the chain's own first block
 */
export function withoutStrays(state: Buffer, first: { stateRoot: Hex; timestamp: Hex }): Buffer {
  const strays: [number, number][] = [];
  let own = 0;
  for (let from = state.indexOf(BEGINNING); from >= 0; from = state.indexOf(BEGINNING, from + 1)) {
    const ommers = state.indexOf(END, from);
    const end = ommers < 0 ? -1 : state.indexOf('}', ommers) + 1;
    if (end <= 0) return state;
    const text = state.toString('latin1', from, end);
    const isOwn = (['stateRoot', 'timestamp'] as const).every((k) => text.includes(`"${k}":"${first[k]}"`));
    if (isOwn) own++;
    else strays.push([from, end]);
  }
  // What does not look as expected is left alone: it loads all the same.
  if (own !== 1 || strays.length === 0) return state;
  const kept: Buffer[] = [];
  let at = 0;
  for (const [from, end] of strays) {
    // One of the commas around it goes with it.
    const isFollowed = state[end] === COMMA;
    kept.push(state.subarray(at, !isFollowed && state[from - 1] === COMMA ? from - 1 : from));
    at = isFollowed ? end + 1 : end;
  }
  return Buffer.concat([...kept, state.subarray(at)]);
}

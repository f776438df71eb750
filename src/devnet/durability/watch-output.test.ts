import { expect, test } from 'vitest';
import { withoutStrays } from './stray-blocks.ts';
import { watchOutput } from './watch-output.ts';

const OUTPUT = `evm_mine

    Block Number: 1
    Block Hash: 0x85
    Block Time: "Mon"

anvil_setBalance
eth_call
evm_snapshot
evm_setAutomine
anvil_setLoggingEnabled
anvil_somethingNew
anvil_mine

    Block Number: 2
`;

test('anvil’s output is understood, in whatever pieces it comes', () => {
  for (const size of [1, 7, 64, OUTPUT.length]) {
    const seen: string[] = [];
    const watch = watchOutput({
      block: () => seen.push('block'),
      cheat: (method) => seen.push(method),
      mining: () => seen.push('mining'),
    });
    for (let at = 0; at < OUTPUT.length; at += size) watch(Buffer.from(OUTPUT.slice(at, at + size)));
    expect(seen).toEqual([
      'block',
      'anvil_setBalance',
      'mining',
      'anvil_setLoggingEnabled',
      'anvil_somethingNew',
      'block',
    ]);
  }
});

test('of several first blocks a state keeps its own, wherever they stand', () => {
  const none = `0x${'0'.repeat(64)}`;
  const block = (timestamp: string, parentHash = none) => ({
    header: { parentHash, stateRoot: '0xaa', number: '0x0', timestamp },
    transactions: [],
    ommers: [],
    withdrawals: null,
  });
  const own = block('0x1');
  const next = block('0x5', '0x11');
  const state = (...blocks: object[]) =>
    Buffer.from(JSON.stringify({ accounts: {}, blocks, transactions: [] }));
  const clean = (...blocks: object[]) =>
    JSON.parse(withoutStrays(state(...blocks), { stateRoot: '0xaa', timestamp: '0x1' }).toString()).blocks;
  for (const blocks of [
    [own, next],
    [block('0x2'), own, next],
    [own, next, block('0x2')],
    [own, block('0x2'), block('0x3'), next],
    [block('0x2'), own, next, block('0x3')],
  ])
    expect(clean(...blocks)).toEqual([own, next]);
  // Where its own is not among them, nothing is taken out.
  expect(clean(block('0x2'), next)).toEqual([block('0x2'), next]);
});

import { toFunctionSelector } from 'viem';
import { expect, test } from 'vitest';
import { CONTRACTS } from './contracts.ts';
import { SELECTORS } from './overview.ts';

test('what is called without an ABI are functions that the contracts have', () => {
  const functions = Object.values(CONTRACTS)
    .flatMap(({ abi }) => [...abi])
    .filter((item) => item.type === 'function')
    .map((item) => `${item.name}(${item.inputs.map((i: { type: string }) => i.type).join(',')})`);
  for (const [signature, selector] of Object.entries(SELECTORS)) {
    expect(functions).toContain(signature);
    expect(toFunctionSelector(`function ${signature}`), signature).toBe(selector);
  }
});

import { expect, test } from 'vitest';
import { forgetWritten, noting, takeWritten } from './written.ts';

const supervisor = '/tmp/s.sock';
const instanceId = '0x01';
const answers: Record<string, unknown> = { eth_getTransactionReceipt: { blockHash: '0xb1' } };
const rpc = noting(async ({ method }) => answers[method] ?? null, { supervisor, instanceId });

test('questions leave nothing to be made durable', async () => {
  const asked = [
    'eth_call',
    'eth_getBalance',
    'eth_getTransactionReceipt',
    'anvil_metadata',
    'txpool_status',
  ];
  for (const method of asked) await rpc({ method });
  expect(takeWritten()).toEqual([]);
});

test('whatever may change a chain is remembered, with the newest block that it is in, once', async () => {
  for (const method of [
    'eth_sendRawTransaction',
    'eth_sendTransaction',
    'anvil_setBalance',
    'evm_mine',
    'new',
  ]) {
    await rpc({ method });
    expect(takeWritten(), method).toEqual([{ supervisor, instanceId, block: null }]);
  }
  await rpc({ method: 'eth_sendRawTransaction' });
  await rpc({ method: 'eth_getTransactionReceipt' });
  expect(takeWritten()).toEqual([{ supervisor, instanceId, block: '0xb1' }]);
  expect(takeWritten()).toEqual([]);
});

test('also where no answer comes, and not what was stopped since', async () => {
  const broken = noting(() => Promise.reject(new Error('gone')), { supervisor, instanceId });
  await expect(broken({ method: 'eth_sendRawTransaction' })).rejects.toThrow('gone');
  expect(takeWritten()).toHaveLength(1);
  await rpc({ method: 'evm_mine' });
  forgetWritten(instanceId);
  expect(takeWritten()).toEqual([]);
});

import { parseEther, recoverTransactionAddress, verifyMessage, verifyTypedData } from 'viem';
import { english, generateMnemonic, mnemonicToAccount } from 'viem/accounts';
import { expect, test } from 'vitest';
import { derivePrivateKey } from './derive-key.ts';
import { DEV_ACCOUNTS, DEV_MNEMONIC } from './dev-accounts.ts';
import { localAccount } from './local-account.ts';

const of = (mnemonic: string, change: number, index: number) =>
  localAccount(derivePrivateKey(mnemonic, change, index));

test('keys are those that another implementation derives', () => {
  for (const { address, index } of DEV_ACCOUNTS) expect(of(DEV_MNEMONIC, 0, index).address).toBe(address);
  for (let i = 0; i < 6; i++) {
    const mnemonic = generateMnemonic(english, i % 2 === 0 ? 128 : 256);
    const path = { changeIndex: i * 7919, addressIndex: 2 ** i };
    const { address, publicKey } = mnemonicToAccount(mnemonic, path);
    expect(of(mnemonic, path.changeIndex, path.addressIndex)).toMatchObject({ address, publicKey });
  }
});

test('it signs the same bytes as another implementation', async () => {
  const theirs = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 3 });
  const ours = of(DEV_MNEMONIC, 0, 3);
  const to = DEV_ACCOUNTS[1]?.address;
  const base = { chainId: 31337, nonce: 7, gas: 21_000n, value: parseEther('1.5'), to };
  const transactions = [
    { ...base, type: 'eip1559', maxFeePerGas: 3n, maxPriorityFeePerGas: 1n },
    { ...base, type: 'legacy', gasPrice: 5n },
    { ...base, type: 'eip2930', gasPrice: 5n, accessList: [] },
  ] as const;
  for (const transaction of transactions) {
    const signed = await ours.signTransaction(transaction);
    expect(signed).toBe(await theirs.signTransaction(transaction));
    expect(await recoverTransactionAddress({ serializedTransaction: signed as `0x02${string}` })).toBe(
      ours.address,
    );
  }

  for (let i = 0; i < 40; i++) {
    const message = `message ${i}`;
    const signature = await ours.signMessage({ message });
    expect(signature).toBe(await theirs.signMessage({ message }));
    expect(await verifyMessage({ address: ours.address, message, signature })).toBe(true);
  }

  const authorization = { address: ours.address, chainId: 31337, nonce: 4 };
  expect(await ours.signAuthorization?.(authorization)).toEqual(
    await theirs.signAuthorization?.(authorization),
  );

  const typed = {
    domain: { name: 'WSAHARA', version: '1', chainId: 31337 },
    types: { Permit: [{ name: 'value', type: 'uint256' }] },
    primaryType: 'Permit',
    message: { value: 9n },
  } as const;
  const signature = await ours.signTypedData(typed);
  expect(signature).toBe(await theirs.signTypedData(typed));
  expect(await verifyTypedData({ address: ours.address, ...typed, signature })).toBe(true);
});

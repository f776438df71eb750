import { mnemonicToAccount } from 'viem/accounts';
import { expect, test } from 'vitest';
import { accountLabel, resolveAccount, resolveRecipient, signingKey } from './accounts.ts';
import { DEV_ACCOUNTS, DEV_MNEMONIC } from './dev-accounts.ts';

test('each named account is the one that the mnemonic derives', () => {
  for (const { address, index } of DEV_ACCOUNTS)
    expect(mnemonicToAccount(DEV_MNEMONIC, { addressIndex: index }).address).toBe(address);
  expect(new Set(DEV_ACCOUNTS.map((a) => a.name)).size).toBe(DEV_ACCOUNTS.length);
});

test('an account is found by name or address, in any case', () => {
  const curator = { name: 'curator', address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' };
  for (const ref of ['curator', 'Curator', curator.address, curator.address.toLowerCase()])
    expect(resolveAccount(ref)).toEqual(curator);
  expect(accountLabel('0x70997970c51812dc3a010c7d01b50e0d17dc79c8')).toBe('curator');
});

test('another address is taken as it is, and nobody can sign for it', async () => {
  const stranger = `0x${'ab'.repeat(20)}` as const;
  expect(resolveAccount(stranger)).toEqual({ name: null, address: stranger });
  expect(accountLabel(stranger)).toBe(stranger);
  await expect(signingKey(resolveAccount(stranger))).rejects.toMatchObject({ id: 'ACCOUNT_NOT_OURS' });
});

test('what is neither is refused with the nearest name', () => {
  expect(() => resolveAccount('curater')).toThrow(/"curator"/);
  for (const ref of ['', '0x12', `0x${'g'.repeat(40)}`, 'nobody-at-all'])
    expect(() => resolveAccount(ref)).toThrow(/neither/);
});

test('nothing is given to the zero address', () => {
  expect(resolveRecipient('buyer')).toEqual(resolveAccount('buyer'));
  expect(() => resolveRecipient(`0x${'0'.repeat(40)}`)).toThrow(/zero address/);
  expect(() => resolveRecipient('buyr')).toThrow(/"buyer"/);
});

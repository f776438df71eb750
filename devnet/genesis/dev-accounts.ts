import type { Address } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { DEV_ACCOUNTS, DEV_MNEMONIC } from '../../src/config/dev-accounts.ts';

/** What each development account starts with: 10,000 SAHARA, in wei. */
const BALANCE = 10_000n * 10n ** 18n;

export interface DevAccount {
  readonly name: string;
  readonly address: Address;
  /** Wei. */
  readonly balance: bigint;
}

/** The development accounts with their starting balances; that their addresses are those of the mnemonic is checked here. */
export function readDevAccounts(): readonly DevAccount[] {
  return DEV_ACCOUNTS.map(({ name, index, address }) => {
    const derived = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: index }).address;
    if (derived !== address)
      throw new Error(`${name} has the address ${address}, and the mnemonic gives ${derived}`);
    return { name, address, balance: BALANCE };
  });
}

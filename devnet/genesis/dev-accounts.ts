/** The development accounts: everybody knows their keys. Names and roles stand in accounts.json. */
import { readFileSync } from 'node:fs';
import type { Address } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

interface AccountsFile {
  readonly mnemonic: string;
  /** Whole SAHARA that each account starts with. */
  readonly balance: number;
  /** Name -> index in the path m/44'/60'/0'/0/index. */
  readonly accounts: Readonly<Record<string, number>>;
}

export interface DevAccount {
  readonly name: string;
  readonly address: Address;
  /** Wei. */
  readonly balance: bigint;
}

export function readDevAccounts(): readonly DevAccount[] {
  const file = new URL('./accounts.json', import.meta.url);
  const { mnemonic, balance, accounts } = JSON.parse(readFileSync(file, 'utf8')) as AccountsFile;
  return Object.entries(accounts).map(([name, addressIndex]) => ({
    name,
    address: mnemonicToAccount(mnemonic, { addressIndex }).address,
    balance: BigInt(balance) * 10n ** 18n,
  }));
}

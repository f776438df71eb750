import { parseSahara } from '../base/amount.ts';
import { parseAssetRef } from '../chain/index.ts';
import { resolveAccount, resolveRecipient } from '../config/index.ts';

/** How a field of a line is read. `read` throws what is wrong with the value. */
export type Field<T> = { about: string; required: boolean; read: (value: unknown) => T };

const text = (value: unknown): string => {
  if (typeof value !== 'string' || value === '') throw new Error('it is not a text');
  return value;
};

/** Wei. */
const amount = (value: unknown): bigint => {
  const wei = typeof value === 'string' || typeof value === 'number' ? parseSahara(String(value)) : undefined;
  if (wei === undefined || wei === 0n) throw new Error(`${JSON.stringify(value)} is not an amount of SAHARA`);
  return wei;
};

const count = (value: unknown): number => {
  if (!Number.isSafeInteger(value) || Number(value) < 1) throw new Error('it is not a whole number above 0');
  return Number(value);
};

const flag = (value: unknown): boolean => {
  if (typeof value !== 'boolean') throw new Error('it is not true or false');
  return value;
};

const asset = (value: unknown): string => {
  parseAssetRef(text(value));
  return text(value);
};

const field = <T>(about: string, read: (value: unknown) => T, required: boolean): Field<T> => ({
  about,
  required,
  read,
});

/** The kinds of fields. */
export const FIELDS = {
  asset: (required = true) => field('asset', asset, required),
  amount: (required = true) => field('amount of SAHARA', amount, required),
  account: (required = false) => field('account', (v) => resolveAccount(text(v)).address, required),
  recipient: (required = true) => field('account', (v) => resolveRecipient(text(v)).address, required),
  text: (required = false) => field('text', text, required),
  count: (required = false) => field('number', count, required),
  flag: () => field('true or false', flag, false),
  any: () => field('as in a manifest', (v) => v, false),
};

import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { assertOurs, resolveAccount } from '../config/index.ts';
import { OPERATIONS } from './operations.ts';
import type { BatchItem, OperationName } from './types.ts';

const SHARED = ['op', 'id', 'account'];

export type ParseOptions = {
  /** Names the file in errors. */
  file: string;
  /** Who acts where a line does not say. */
  account: string | undefined;
};

/**
 * The operations of a file, one JSON object on each line; empty lines are passed over.
 *
 * @throws BATCH_INVALID, which names every bad line
 */
export async function parseBatch(text: string, { file, account }: ParseOptions): Promise<BatchItem[]> {
  const items: BatchItem[] = [];
  const problems: { line: number; reason: string }[] = [];
  const ids = new Map<string, number>();
  for (const [i, raw] of text.split('\n').entries()) {
    const line = i + 1;
    if (raw.trim() === '') continue;
    try {
      const item = await readLine(raw, line, account);
      const earlier = item.id === null ? undefined : ids.get(item.id);
      if (earlier !== undefined) throw new Error(`the id "${item.id}" is that of line ${earlier} too`);
      if (item.id !== null) ids.set(item.id, line);
      items.push(item);
    } catch (error) {
      problems.push({ line, reason: (error as Error).message.replace(/\.$/, '') });
    }
  }
  if (items.length === 0 && problems.length === 0)
    problems.push({ line: 1, reason: 'there is no operation in it' });
  if (problems.length > 0) throw new SaharaError('BATCH_INVALID', { file, problems });
  return items;
}

async function readLine(raw: string, line: number, fallback: string | undefined): Promise<BatchItem> {
  const entry = asObject(raw);
  const name = entry['op'];
  if (typeof name !== 'string' || !Object.hasOwn(OPERATIONS, name)) throw unknownOperation(name);
  const { fields, check } = OPERATIONS[name as OperationName];
  for (const key of Object.keys(entry))
    if (!SHARED.includes(key) && !Object.hasOwn(fields, key)) {
      const near = suggest(key, [...SHARED, ...Object.keys(fields)]);
      throw new Error(
        `${name} has no field "${key}"${near ? `; did you mean "${near}"?` : `; it has ${Object.keys(fields).join(', ')}`}`,
      );
    }
  const params: Record<string, unknown> = {};
  for (const [key, { about, required, read }] of Object.entries(fields)) {
    const value = entry[key];
    if (value === undefined) {
      if (required) throw new Error(`${name} needs "${key}" (${about})`);
      continue;
    }
    params[key] = named(key, () => read(value));
  }
  check?.(params);
  const account = named('account', () => optionalText(entry['account'])) ?? fallback;
  // Refused here, and not in the middle.
  if (account !== undefined) assertOurs(resolveAccount(account));
  const id = named('id', () => optionalText(entry['id'])) ?? null;
  const { id: _, ...said } = entry;
  const what = createHash('sha256')
    .update(canonicalJson({ ...said, account: account ?? null } as Json))
    .digest('hex');
  return { line, id, op: name as OperationName, account, params, what };
}

function asObject(raw: string): Record<string, unknown> {
  let entry: unknown;
  try {
    entry = JSON.parse(raw);
  } catch (error) {
    throw new Error(`it is not JSON (${(error as Error).message})`);
  }
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw new Error('it is not a JSON object');
  return entry as Record<string, unknown>;
}

function optionalText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || value.length > 200)
    throw new Error('it is not a text of 1 to 200 characters');
  return value;
}

function named<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof SaharaError ? error : new Error(`"${field}": ${(error as Error).message}`);
  }
}

function unknownOperation(name: unknown): Error {
  const known = Object.keys(OPERATIONS);
  if (name === undefined) return new Error(`there is no "op"; it is one of ${known.join(', ')}`);
  const near = typeof name === 'string' ? suggest(name, known) : null;
  return new Error(
    `${JSON.stringify(name)} is no operation${near ? `; did you mean "${near}"?` : `; there are ${known.join(', ')}`}`,
  );
}

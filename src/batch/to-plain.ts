import type { Json } from '../base/canonical-json.ts';

/** As JSON holds it: bigints as decimal strings, as in the envelope. */
export function toPlain(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v)) ?? 'null',
  ) as Json;
}

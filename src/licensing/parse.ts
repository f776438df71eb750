import { parseSahara } from '../base/amount.ts';
import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { PRESETS } from './presets.ts';
import { bitsToRestrictions, parseRestriction, restrictionsToBits } from './restrictions.ts';
import { parseRight } from './rights.ts';
import { GWEI, parseMoment, parsePeriod, type Terms } from './terms.ts';

/** What an entry can say. */
export const TERMS_FIELDS = [
  'preset',
  'rights',
  'royalty',
  'absolute',
  'price',
  'period',
  'expires',
  'ceiling',
  'calls',
  'shareAlike',
  'attribution',
  'transferable',
  'restrictions',
  'text',
];

/**
 * Terms from a manifest entry or from flags: a preset, changed by whatever stands beside it, or all fields.
 *
 * @param where names the place in errors, e.g. "terms[0] of sahara.yaml", "The flags"
 * @throws TERMS_INVALID, PRESET_UNKNOWN, RIGHT_UNKNOWN
 */
export function parseTerms(raw: unknown, where: string): Terms {
  if (typeof raw === 'string') return preset(raw);
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw invalid(where, 'terms are the name of a preset, or a mapping');
  const entry = raw as Record<string, unknown>;
  for (const key of Object.keys(entry))
    if (!TERMS_FIELDS.includes(key)) {
      const near = suggest(key, TERMS_FIELDS);
      throw invalid(
        where,
        `there is no field "${key}"; ${near ? `did you mean "${near}"?` : `there are ${TERMS_FIELDS.join(', ')}`}`,
      );
    }

  const base = entry['preset'] === undefined ? undefined : preset(string(entry, 'preset', where));
  const terms: Terms = {
    rights: entry['rights'] === undefined ? (base?.rights ?? []) : rights(entry['rights'], where),
    royaltyBps:
      entry['royalty'] === undefined ? (base?.royaltyBps ?? 0) : percent(entry['royalty'], where, 'royalty'),
    absolute: flag(entry, 'absolute', base?.absolute ?? false, where),
    price: entry['price'] === undefined ? (base?.price ?? 0n) : price(entry['price'], where),
    period: entry['period'] === undefined ? (base?.period ?? 0) : period(entry['period'], where),
    expiry: entry['expires'] === undefined ? (base?.expiry ?? 0) : moment(entry['expires'], where),
    ceiling: entry['ceiling'] === undefined ? (base?.ceiling ?? 0n) : ceiling(entry['ceiling'], where),
    callLimit: entry['calls'] === undefined ? (base?.callLimit ?? 0) : calls(entry['calls'], where),
    shareAlike: flag(entry, 'shareAlike', base?.shareAlike ?? false, where),
    attribution: flag(entry, 'attribution', base?.attribution ?? true, where),
    transferable: flag(entry, 'transferable', base?.transferable ?? true, where),
    restrictions:
      entry['restrictions'] === undefined
        ? (base?.restrictions ?? [])
        : restrictions(entry['restrictions'], where),
    text: entry['text'] === undefined ? (base?.text ?? '') : string(entry, 'text', where),
  };
  if (terms.rights.length === 0) throw invalid(where, 'no right is granted; name a preset or some rights');
  const bytes = Buffer.byteLength(terms.text);
  if (bytes < 1 || bytes > 64)
    throw invalid(where, 'a text of 1 to 64 bytes is needed, such as an SPDX id (CC-BY-4.0)');
  return terms;
}

/**
 * "12.5%" or "12.5 %" in basis points, 0 to 10,000. Whole basis points only.
 *
 * @param what names the value in the error: "royalty"
 * @throws TERMS_INVALID
 */
export function percent(raw: unknown, where: string, what: string): number {
  const match = typeof raw === 'string' ? /^(\d{1,3})(?:\.(\d{1,2}))?\s*%$/.exec(raw.trim()) : null;
  const bps = match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : Number.NaN;
  if (!(bps >= 0 && bps <= 10_000))
    throw invalid(
      where,
      `the ${what} ${shown(raw)} is not a percentage from 0% to 100% with at most two decimals`,
    );
  return bps;
}

function preset(name: string): Terms {
  const found = PRESETS.find((p) => p.name === name);
  if (found) return found.terms;
  throw new SaharaError('PRESET_UNKNOWN', {
    preset: name,
    suggestion: suggest(
      name,
      PRESETS.map((p) => p.name),
    ),
  });
}

function rights(raw: unknown, where: string): Terms['rights'] {
  const list = typeof raw === 'string' ? raw.split(/[\s,+]+/).filter(Boolean) : raw;
  if (!Array.isArray(list) || list.some((r) => typeof r !== 'string'))
    throw invalid(where, 'rights are a list, such as ACCESS, TRAIN');
  return [...new Set(list.map((r) => parseRight(String(r))))];
}

function restrictions(raw: unknown, where: string): Terms['restrictions'] {
  const list = typeof raw === 'string' ? raw.split(/[\s,+]+/).filter(Boolean) : raw;
  if (!Array.isArray(list) || list.some((r) => typeof r !== 'string'))
    throw invalid(where, 'restrictions are a list, such as no-military, no-surveillance');
  return bitsToRestrictions(restrictionsToBits(list.map((r) => parseRestriction(String(r)))));
}

function sahara(raw: unknown): bigint | undefined {
  const text = typeof raw === 'string' || typeof raw === 'number' ? String(raw) : '';
  return parseSahara(text.replace(/\s*SAHARA$/i, ''));
}

function ceiling(raw: unknown, where: string): bigint {
  const wei = sahara(raw);
  if (wei === undefined || wei % GWEI !== 0n || wei / GWEI >= 2n ** 64n)
    throw invalid(where, `the ceiling ${shown(raw)} is not an amount of SAHARA with at most 9 decimals`);
  return wei;
}

function calls(raw: unknown, where: string): number {
  const count = typeof raw === 'string' && /^\d+$/.test(raw.trim()) ? Number(raw) : raw;
  if (!Number.isSafeInteger(count) || Number(count) < 0 || Number(count) >= 2 ** 32)
    throw invalid(where, `calls is a whole number, not ${shown(raw)}`);
  return Number(count);
}

function moment(raw: unknown, where: string): number {
  // An unquoted date in YAML may arrive as one.
  const text = raw instanceof Date ? raw.toISOString().replace(/\.\d+Z$/, 'Z') : raw;
  const seconds = typeof text === 'string' ? parseMoment(text) : undefined;
  if (seconds === undefined)
    throw invalid(where, `expires ${shown(raw)} is not a day; write 2027-01-31 or 2027-01-31T12:00:00Z`);
  return seconds;
}

function price(raw: unknown, where: string): bigint {
  const wei = sahara(raw);
  if (wei === undefined || wei >= 2n ** 88n)
    throw invalid(where, `the price ${shown(raw)} is not an amount of SAHARA`);
  return wei;
}

function period(raw: unknown, where: string): number {
  const seconds = typeof raw === 'string' ? parsePeriod(raw) : undefined;
  if (seconds === undefined)
    throw invalid(where, `the period ${shown(raw)} is not one; write 30d, 12h or 90m`);
  return seconds;
}

function flag(entry: Record<string, unknown>, key: string, fallback: boolean, where: string): boolean {
  const raw = entry[key];
  if (raw === undefined) return fallback;
  if (typeof raw !== 'boolean') throw invalid(where, `${key} is true or false, not ${shown(raw)}`);
  return raw;
}

function string(entry: Record<string, unknown>, key: string, where: string): string {
  const raw = entry[key];
  if (typeof raw !== 'string') throw invalid(where, `${key} is a text, not ${shown(raw)}`);
  return raw;
}

/** A value of any type, in quotes and not too long. */
function shown(raw: unknown): string {
  const text = typeof raw === 'object' ? JSON.stringify(raw) : String(raw);
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}

function invalid(where: string, reason: string): SaharaError<'TERMS_INVALID'> {
  return new SaharaError('TERMS_INVALID', { where, reason });
}

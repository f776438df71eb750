import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';

/** What a licence can allow. The bit is the chain's (LicenseRegistry). */
export const RIGHTS = {
  ACCESS: 1 << 0,
  RUN: 1 << 1,
  TRAIN: 1 << 2,
  FINETUNE: 1 << 3,
  DERIVE: 1 << 4,
  REDISTRIBUTE: 1 << 5,
  COMMERCIAL: 1 << 6,
  AGENT_USE: 1 << 7,
  SUBLICENSE: 1 << 8,
  COMPUTE_ONLY: 1 << 9,
} as const;

export type Right = keyof typeof RIGHTS;
export const RIGHT_NAMES = Object.keys(RIGHTS) as Right[];

export function rightsToBits(rights: readonly Right[]): number {
  return rights.reduce((bits, right) => bits | RIGHTS[right], 0);
}

export function bitsToRights(bits: number): Right[] {
  return RIGHT_NAMES.filter((right) => (bits & RIGHTS[right]) !== 0);
}

/** @throws RIGHT_UNKNOWN naming the nearest right */
export function parseRight(text: string): Right {
  const name = text.trim().toUpperCase().replaceAll('-', '_');
  if (name in RIGHTS) return name as Right;
  throw new SaharaError('RIGHT_UNKNOWN', { right: text, suggestion: suggest(name, RIGHT_NAMES) });
}

/** Relations between versions: the chain's number, and the right that the child needs from the parent. */
export const RELATIONS = {
  TRAINED_ON: { id: 1, right: 'TRAIN' },
  FINETUNED_FROM: { id: 2, right: 'FINETUNE' },
  DISTILLED_FROM: { id: 3, right: 'DERIVE' },
  DERIVED_FROM: { id: 4, right: 'DERIVE' },
  EVALUATED_ON: { id: 5, right: 'ACCESS' },
  USES: { id: 6, right: 'AGENT_USE' },
  GENERATED_BY: { id: 7, right: 'RUN' },
} as const satisfies Record<string, { id: number; right: Right }>;

export type RelationType = keyof typeof RELATIONS;
export const RELATION_TYPES = Object.keys(RELATIONS) as RelationType[];

export function relationOfId(id: number): RelationType {
  const found = RELATION_TYPES.find((type) => RELATIONS[type].id === id);
  if (!found) throw new RangeError(`no relation has the number ${id}`);
  return found;
}

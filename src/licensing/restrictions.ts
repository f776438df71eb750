import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';

/**
 * Uses that terms can rule out, in the manner of the Responsible AI Licenses (RAIL): bit n of the chain's
 * `restrictions` (LicenseRegistry) is the n-th of these. The order is for ever; new ones are appended.
 * Which uses there are follows Attachment A of OpenRAIL-M (BigScience and CreativeML, 2022).
 */
export const RESTRICTIONS = {
  'no-unlawful-use': 'nothing that breaks a law or regulation',
  'no-harm-to-minors': 'nothing that exploits or harms minors',
  'no-disinformation': 'no verifiably false information spread to harm others',
  'no-personal-data': 'no personal data spread to harm somebody',
  'no-undisclosed-generation': 'what a machine made is not passed off as made by people',
  'no-defamation': 'no defamation, disparagement or harassment',
  'no-impersonation': 'no impersonation, such as deepfakes, without consent',
  'no-automated-decisions': 'no fully automated decisions about somebody’s legal rights or obligations',
  'no-discrimination': 'no discrimination or harm by social behaviour or personal traits',
  'no-exploitation': 'no exploiting of the weaknesses of a group of persons',
  'no-protected-groups': 'no discrimination by legally protected characteristics',
  'no-medical-advice': 'no medical advice, and no interpretation of medical results',
  'no-justice': 'no use in justice, law enforcement, immigration or asylum processes',
  'no-surveillance': 'no surveillance, tracking or profiling of people',
  'no-military': 'no military use and no weapons',
  'no-critical-infrastructure': 'no control of critical infrastructure',
} as const;

export type NamedRestriction = keyof typeof RESTRICTIONS;
/** A named one, or one that this version of the toolkit has no name for: "restriction-31". */
export type Restriction = NamedRestriction | `restriction-${number}`;

export const RESTRICTION_NAMES = Object.keys(RESTRICTIONS) as NamedRestriction[];

export function restrictionsToBits(restrictions: readonly Restriction[]): number {
  return restrictions.reduce((bits, name) => (bits | (1 << bitOf(name))) >>> 0, 0);
}

export function bitsToRestrictions(bits: number): Restriction[] {
  return Array.from(
    { length: 32 },
    (_, bit): Restriction => RESTRICTION_NAMES[bit] ?? `restriction-${bit}`,
  ).filter((_, bit) => ((bits >>> bit) & 1) === 1);
}

/** @throws RESTRICTION_UNKNOWN naming the nearest one */
export function parseRestriction(text: string): Restriction {
  const name = text.trim().toLowerCase().replaceAll('_', '-');
  if (name in RESTRICTIONS) return name as NamedRestriction;
  const number = /^restriction-(\d{1,2})$/.exec(name);
  if (number && Number(number[1]) >= RESTRICTION_NAMES.length && Number(number[1]) < 32)
    return `restriction-${Number(number[1])}`;
  throw new SaharaError('RESTRICTION_UNKNOWN', {
    restriction: text,
    suggestion: suggest(name, RESTRICTION_NAMES),
  });
}

function bitOf(name: Restriction): number {
  const named = RESTRICTION_NAMES.indexOf(name as NamedRestriction);
  return named >= 0 ? named : Number(name.slice('restriction-'.length));
}

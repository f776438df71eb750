export { attachTerms, readTerms, sameTerms, termsOf } from './attached.ts';
export { can, findGrant, type Grant, type License, licensesOf } from './grants.ts';
export { parseTerms, percent } from './parse.ts';
export { type Preset, PRESETS } from './presets.ts';
export {
  bitsToRights,
  parseRight,
  RELATION_TYPES,
  RELATIONS,
  type RelationType,
  relationOfId,
  RIGHT_NAMES,
  type Right,
  RIGHTS,
  rightsToBits,
} from './rights.ts';
export { type AttachedTerms, describeTerms, formatPeriod, parsePeriod, type Terms } from './terms.ts';

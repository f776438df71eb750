export { attachTerms, detachTerms, readTerms, sameTerms, termsOf } from './attached.ts';
export { can, findGrant, type Grant, type License, licensesOf } from './grants.ts';
export { parseTerms, percent } from './parse.ts';
export { PRESETS, type Preset } from './presets.ts';
export {
  bitsToRights,
  parseRight,
  RELATION_TYPES,
  RELATIONS,
  type RelationType,
  RIGHT_NAMES,
  RIGHTS,
  type Right,
  relationOfId,
  rightsToBits,
} from './rights.ts';
export { type AttachedTerms, describeTerms, formatPeriod, parsePeriod, type Terms } from './terms.ts';

export { attachTerms, detachTerms, readTerms, termsOf } from './attached.ts';
export {
  type CheckedAsset,
  checkUse,
  type Hindrance,
  parseWishes,
  type UseCheck,
  WISH_NAMES,
  WISHES,
  type Wish,
} from './check-use.ts';
export {
  asks,
  type BindingTerms,
  breaches,
  CLAUSES,
  type Clause,
  type Duties,
  dutiesFromWord,
  handedDown,
  join,
  NO_DUTIES,
} from './compatibility.ts';
export {
  type Answer,
  compare,
  fittingTerms,
  type Ground,
  groundOf,
  type Problem,
} from './compatibility-answer.ts';
export { assertMayRestOn, dutiesOf, incompatible, restsOn } from './duties.ts';
export { countEnding } from './ended.ts';
export { can, findGrant, type Grant } from './grants.ts';
export {
  appealRevocation,
  type Disputed,
  type HeldLicense,
  heldLicense,
  type License,
  licensesOf,
  listLicenses,
  readLicense,
  revokeLicense,
  stateRefusal,
} from './licenses.ts';
export { parseTerms, percent, TERMS_FIELDS } from './parse.ts';
export { PRESETS, type Preset } from './presets.ts';
export {
  bitsToRestrictions,
  RESTRICTION_NAMES,
  RESTRICTIONS,
  type Restriction,
  restrictionsToBits,
} from './restrictions.ts';
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
export {
  type AttachedTerms,
  describeTerms,
  formatMoment,
  formatPeriod,
  parsePeriod,
  sameTerms,
  type Terms,
  termsOfRights,
  toChainTerms,
} from './terms.ts';
export { readTermsFile } from './terms-file.ts';

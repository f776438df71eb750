/**
 * Words of rooms that the command line may not import. A test compares them with those rooms, so that they cannot
 * drift apart.
 */
export const PRESET_WORDS = [
  'open-use',
  'non-commercial',
  'commercial-remix',
  'CC0-1.0',
  'PDDL-1.0',
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-NC-SA-4.0',
  'CC-BY-ND-4.0',
  'CC-BY-NC-ND-4.0',
  'MIT',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'Unlicense',
  'GPL-3.0-only',
  'AGPL-3.0-only',
  'LGPL-3.0-only',
  'MPL-2.0',
  'ODbL-1.0',
  'ODC-By-1.0',
  'CDLA-Permissive-2.0',
  'CDLA-Sharing-1.0',
  'OpenRAIL-M',
] as const;

export const RIGHT_WORDS = [
  'ACCESS',
  'RUN',
  'TRAIN',
  'FINETUNE',
  'DERIVE',
  'REDISTRIBUTE',
  'COMMERCIAL',
  'AGENT_USE',
  'SUBLICENSE',
  'COMPUTE_ONLY',
] as const;

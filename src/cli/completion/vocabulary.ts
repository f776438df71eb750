/**
 * Words of rooms that the command line may not import. A test compares them with those rooms, so that they cannot
 * drift apart.
 */
export const PRESET_WORDS = ['open-use', 'non-commercial', 'commercial-remix'] as const;

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

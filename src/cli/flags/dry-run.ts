import { Flags } from '@oclif/core';

/** For every command that writes. */
export const dryRunFlag = {
  'dry-run': Flags.boolean({ description: 'Check everything, show what would be done, and change nothing.' }),
};

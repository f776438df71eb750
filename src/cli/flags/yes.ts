import { Flags } from '@oclif/core';

/** For every command that asks. */
export const yesFlag = {
  yes: Flags.boolean({ char: 'y', description: 'Do not ask; take the proposed answers.' }),
};

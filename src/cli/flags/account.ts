import { Flags } from '@oclif/core';

/** Who acts: `--account`, else the configured account, else the one that the command names. */
export const accountFlag = {
  account: Flags.string({
    char: 'a',
    description: 'Who acts: a named account or an address.',
    helpValue: 'NAME',
    env: 'SAHARA_ACCOUNT',
  }),
};

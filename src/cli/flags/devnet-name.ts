import { Flags } from '@oclif/core';

/** Which devnet a command is about; commands that only use one take the setting. */
export const devnetNameFlag = {
  name: Flags.string({
    description: 'Which of the project’s devnets (default: the setting devnet.name).',
    helpValue: 'NAME',
  }),
};

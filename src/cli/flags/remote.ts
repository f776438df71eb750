import { Flags } from '@oclif/core';

const shared = { helpValue: 'NAME' };

/** For commands that act on one content store: the devnet's, or this remote. */
export const remoteFlag = {
  remote: Flags.string({
    ...shared,
    description: 'Use this remote of the settings instead of the devnet’s content node.',
  }),
};

/** For commands that act on the devnet's content store and on remotes as well. */
export const remotesFlag = {
  remote: Flags.string({
    ...shared,
    description: 'Put it on this remote of the settings as well; can be repeated.',
    multiple: true,
  }),
};

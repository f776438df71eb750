import { dryRunFlag } from './dry-run.ts';
import { yesFlag } from './yes.ts';

/** For every command that sends transactions: on a network that is no devnet they cost money, and it asks. */
export const sendingFlags = {
  ...dryRunFlag,
  yes: {
    ...yesFlag.yes,
    description: 'Do not ask before what costs money on a network other than a devnet.',
  },
};

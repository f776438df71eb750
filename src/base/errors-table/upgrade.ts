import { row } from '../error-types.ts';

/** SAH-206x: state on disk that another version of the toolkit wrote, or of which parts are gone. */
export const upgradeErrors = {
  STATE_TOO_NEW: row<{
    path: string;
    format: string;
    /** Version of the toolkit that wrote it; null where it does not say. */
    toolkit: string | null;
  }>({
    code: 'SAH-2060',
    kind: 'failed',
    title: 'The state is of a newer version',
    example: { path: '.sahara/devnet/default/versions.json', format: '2', toolkit: '0.3.0' },
    what: (p) =>
      `${p.path} is in format ${p.format}, which a newer version of the toolkit${p.toolkit ? ` (${p.toolkit})` : ''} wrote and this one cannot read.`,
    why: 'To read it as something else would lose what it holds, so it was left as it is.',
    fix: 'Install the version that wrote it, or a newer one: all that is there is kept. Or begin again, which removes the chain with its assets, licences and revenue, the content store and the logs of this devnet.',
    next: () => [
      { command: 'sahara version', when: 'to see which version this is' },
      {
        command: 'sahara devnet reset --yes',
        when: 'to begin again, losing the chain, the content and the logs of this devnet',
      },
    ],
  }),
  STATE_OTHER_GENESIS: row<{ path: string; toolkit: string | null }>({
    code: 'SAH-2061',
    kind: 'failed',
    title: 'The chain began with another version of the protocol',
    example: { path: '.sahara/devnet/default/chain-journal-0.log', toolkit: '0.1.0' },
    what: (p) =>
      `${p.path} continues the genesis of another version of the toolkit${p.toolkit ? ` (${p.toolkit})` : ''}, and no saved chain that could do without it is whole.`,
    why: 'Its blocks cannot be made again on another genesis. They are in the journal, and nothing was touched.',
    fix: 'Start it once with the version that wrote it, and stop it there: that saves the chain as a whole, which every version opens. Or begin again, which removes the chain, the content store and the logs of this devnet.',
    next: () => [
      {
        command: 'sahara devnet reset --yes',
        when: 'to begin again, losing the chain, the content and the logs of this devnet',
      },
    ],
  }),
  STATE_OTHER_ANVIL: row<{ path: string; wrote: string; present: string; reason: string }>({
    code: 'SAH-2062',
    kind: 'failed',
    title: 'The chain is of another version of anvil',
    example: {
      path: '.sahara/devnet/default/chain-state.json',
      wrote: '1.7.1',
      present: '2.0.0',
      reason: 'block 12 came out differently',
    },
    what: (p) =>
      `The chain in ${p.path} was made by anvil ${p.wrote}, and anvil ${p.present} does not bring it back: ${p.reason}`,
    why: 'A new version of anvil may save chains in another form, or make blocks in another way. Nothing was touched.',
    fix: 'Start it once with the version of the toolkit that wrote it, and stop it there: a chain that was saved as a whole needs no blocks made again. Where that does not help, stay with that version, or begin again, which removes the chain, the content store and the logs of this devnet.',
    next: () => [
      { command: 'sahara devnet logs', when: 'to see what anvil says' },
      {
        command: 'sahara devnet reset --yes',
        when: 'to begin again, losing the chain, the content and the logs of this devnet',
      },
    ],
  }),
  CHAIN_FILES_MISSING: row<{ path: string; reason: string }>({
    code: 'SAH-2063',
    kind: 'failed',
    title: 'Files of the chain are missing or damaged',
    example: {
      path: '.sahara/devnet/default/chain-state.json',
      reason: 'it is not there, and neither is the generation before it',
    },
    what: (p) => `The chain cannot be brought back: ${p.path}: ${p.reason}.`,
    why: 'Files of this devnet were removed or changed by something else. An empty chain in place of yours would be no help; what is there was left as it is.',
    fix: 'Put a good copy of chain-state.json there, and move versions.json and the chain-journal files away: a saved chain alone is opened as it is. To begin with an empty chain and keep the content, move versions.json and all chain files away. Or begin again with nothing.',
    next: () => [
      {
        command: 'sahara devnet reset --yes',
        when: 'to begin again, losing the chain, the content and the logs of this devnet',
      },
    ],
  }),
};

/** One step: why, and the command that is run for it in the tutorial's folder. */
export type TutorialStep = {
  id: string;
  title: string;
  /** One to three lines for 80 columns. */
  why: readonly string[];
  /** As it is typed: `sahara ...`, or `cat FILE`. No word of it needs quotes. */
  command: string;
  /** The exit code that it is meant to end with; 0 by default. */
  exit?: number;
};

/** From nothing to an asset that pays everybody behind it. `docs/tutorial.md` walks the same steps, and a test holds it. */
export const TUTORIAL_STEPS: readonly TutorialStep[] = [
  {
    id: 'project',
    title: 'A project',
    why: [
      'A project is a folder with settings and a devnet of its own.',
      'Running this again changes nothing, and no file of yours is ever replaced.',
    ],
    command: 'sahara init --yes',
  },
  {
    id: 'devnet',
    title: 'A chain and a content store',
    why: [
      'The devnet is a real EVM chain with the Sahara protocol on it, and an IPFS',
      'content store, both on this machine only. Its accounts have play money.',
    ],
    command: 'sahara devnet start',
  },
  {
    id: 'new',
    title: 'An asset to begin with',
    why: [
      'An asset is a folder: what you publish, and a manifest that says what it is.',
      'The template works as it is: measurements of 344 penguins, free for any use.',
    ],
    command: 'sahara new dataset penguins',
  },
  {
    id: 'manifest',
    title: 'What the manifest says',
    why: [
      'The manifest names what is published, under which terms others may use it,',
      'and who shares in what it earns. You may change all of it before publishing.',
    ],
    command: 'cat penguins/sahara.yaml',
  },
  {
    id: 'publish',
    title: 'Publish it',
    why: [
      'Publishing signs the content, stores it under the address of its own bytes,',
      'and records owner, terms and contributors on the chain. The curator is one of',
      'the named accounts.',
    ],
    command: 'sahara publish penguins --account curator',
  },
  {
    id: 'verify',
    title: 'Check it as a stranger would',
    why: [
      'Nobody has to believe the publisher: every block is fetched again and',
      'checked against its address, and the record against the chain.',
    ],
    command: 'sahara asset verify penguins',
  },
  {
    id: 'offer',
    title: 'Offer it under a licence of your choice',
    why: [
      'Terms say what a licence allows, what it costs, and what is owed of what is',
      'built on it. This adds an offer to the two of the manifest: commercial use',
      'for 20 SAHARA and a royalty of 8 %.',
    ],
    command:
      'sahara license set penguins --preset commercial-remix --price 20 --royalty 8% --account curator',
  },
  {
    id: 'buy',
    title: 'Somebody buys',
    why: [
      'Another account takes the offer: payment and licence are one transaction, so',
      'that neither can happen without the other.',
    ],
    command: 'sahara market buy penguins --terms 3 --account buyer',
  },
  {
    id: 'settle',
    title: 'Settle what was paid',
    why: [
      'A payment waits with the version that was paid, until somebody moves it to',
      'whom it is owed. Anybody may: when makes no difference to who gets what.',
    ],
    command: 'sahara revenue settle',
  },
  {
    id: 'revenue',
    title: 'Who earned what',
    why: [
      'Of 20 SAHARA, 0.5 are the protocol fee. Of the rest 60 % are the owner’s, and',
      '40 % the contributors’, by their weights. The last line holds that no wei is',
      'missing.',
    ],
    command: 'sahara revenue show penguins',
  },
  {
    id: 'model',
    title: 'Somebody builds on it',
    why: [
      'A trainer makes a model from your published dataset, under its free terms:',
      '5 % of what the model earns is yours.',
    ],
    command: 'sahara new model penguin-classifier --from penguins',
  },
  {
    id: 'train',
    title: 'Train and publish the model',
    why: [
      'The build fetches the published version, checks every block, and trains for',
      'real. What it used is recorded: the relation on chain is the true one.',
    ],
    command: 'sahara publish penguin-classifier --account trainer',
  },
  {
    id: 'sell',
    title: 'The model is sold',
    why: ['This buyer pays for the model and has never heard of your dataset.'],
    command: 'sahara market buy penguin-classifier --account buyer-2',
  },
  {
    id: 'settle-again',
    title: 'Settle up the lineage',
    why: ['Settling moves the royalty from the model to what it was trained on.'],
    command: 'sahara revenue settle',
  },
  {
    id: 'trace',
    title: 'Where the money came from',
    why: [
      'The model took in 39 SAHARA after the fee and owes 5 % of it, 1.95, to',
      'penguins@1, which had 19.5 from its own sale: 21.45 in all. Everybody behind',
      'the dataset has a share of both.',
    ],
    command: 'sahara revenue show',
  },
  {
    id: 'claim',
    title: 'Take it out',
    why: ['What is earned stays in the vault until it is claimed. Twice pays once.'],
    command: 'sahara revenue claim --account curator',
  },
  {
    id: 'mistake',
    title: 'A mistake, on purpose',
    why: [
      'Every refusal has a code, says why, and proposes what to do. This name is',
      'misspelt; the exit code is 3, as always when something is not found.',
    ],
    command: 'sahara asset show pengiuns',
    exit: 3,
  },
  {
    id: 'explain',
    title: 'What a code means',
    why: ['Any code can be looked up, also later and offline.'],
    command: 'sahara explain SAH-6002',
  },
  {
    id: 'stop',
    title: 'Stop the devnet',
    why: ['Stopping keeps everything: the next start goes on where this one ended.'],
    command: 'sahara devnet stop',
  },
];

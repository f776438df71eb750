import { relative, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { shellQuote } from '../base/shell-quote.ts';
import { askFor, type Question } from '../cli/ask.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { dryRunFlag } from '../cli/flags/dry-run.ts';
import { yesFlag } from '../cli/flags/yes.ts';
import type { Initialized } from '../projects/index.ts';

const NODES = ['auto', 'embedded', 'kubo'] as const;

export default class Init extends SaharaCommand<typeof Init, Initialized> {
  static override summary = 'Make a folder a project: settings, devnet, a first asset.';
  static override description =
    'Nothing that is there is replaced, so running it again changes nothing. On a terminal it asks for what is not given.';
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init my-project --yes --with dataset',
    '<%= config.bin %> init --with tests --yes',
    '<%= config.bin %> init --account trainer --content-node embedded --json',
  ];
  static override args = {
    dir: Args.string({ description: 'The project’s folder; made when it is not there.', default: '.' }),
  };
  static override flags = {
    ...yesFlag,
    ...dryRunFlag,
    // Without the environment variable of other commands: what is set for a shell is not meant for a file.
    account: Flags.string({
      char: 'a',
      description: 'Who acts in this project when a command has no --account.',
      helpValue: 'NAME',
    }),
    'content-node': Flags.option({ options: NODES })({ description: 'Which content node the devnet runs.' }),
    with: Flags.option({ options: ['dataset', 'tests'] as const })({
      description: 'Make a first asset, or tests with a devnet of their own, too.',
    }),
    name: Flags.string({ description: 'The name of the first asset.', default: 'my-dataset' }),
    nested: Flags.boolean({ description: 'Make it although a folder above is a project.' }),
  };
  static override writes = ['files'] as const;

  override async execute(invocation: Invocation<typeof Init>): Promise<Outcome<Initialized>> {
    const [{ initProject, settingsFile }, { toolkitRoot }] = await Promise.all([
      import('../projects/index.ts'),
      import('../devnet/toolkit.ts'),
    ]);
    const { args, flags, output, signal, logger } = invocation;
    const rest = [
      ...(args.dir === '.' ? [] : [args.dir]),
      ...(flags.name === 'my-dataset' ? [] : ['--name', flags.name]),
      ...(flags.nested ? ['--nested'] : []),
    ];
    const there = settingsFile(resolve(args.dir));
    const answers = await askFor(
      { output, signal, command: 'init', yes: flags.yes || flags['dry-run'], rest },
      await questions(invocation, there !== undefined),
    );
    const first = answers['--with'] === 'dataset' ? { kind: 'dataset', name: flags.name } : null;
    const dryRun = flags['dry-run'];
    const data = await initProject({
      dir: args.dir,
      account: answers['--account'] || null,
      contentNode: NODES.find((n) => n === answers['--content-node']) ?? 'auto',
      first,
      tests: answers['--with'] === 'tests',
      toolkit: toolkitRoot(),
      nested: flags.nested,
      dryRun,
    });
    if (there && (flags.account ?? flags['content-node']) !== undefined)
      logger.warn(`${there} is yours and was left as it is; write the settings there by hand.`);
    const dir = relative(process.cwd(), data.root);
    return {
      data,
      dryRun,
      text: data.changed
        ? `${data.root} ${dryRun ? 'would be' : 'is'} a project.\n${data.files.map((f) => `  ${f.action.padEnd(8)}  ${f.path}`).join('\n')}`
        : `${data.root} is a project already; nothing ${dryRun ? 'would be' : 'was'} changed.`,
      next: dryRun
        ? []
        : [
            ...(dir ? [{ command: `cd ${shellQuote(dir)}`, when: 'where the project is' }] : []),
            { command: 'sahara devnet start', when: 'to have a chain and a content store' },
            first
              ? { command: `sahara publish ${first.name}`, when: 'to publish the first asset' }
              : { command: 'sahara new dataset my-data', when: 'to make an asset' },
          ],
    };
  }
}

type Asked = '--account' | '--content-node' | '--with';

/** Nothing is asked whose answer would go nowhere: settings that are there stay as they are. */
async function questions(
  { flags }: Invocation<typeof Init>,
  hasSettings: boolean,
): Promise<Question<Asked>[]> {
  const { DEV_ACCOUNTS } = await import('../config/dev-accounts.ts');
  const skipped = (value: string | undefined) => (hasSettings ? (value ?? '') : value);
  return [
    {
      name: '--account',
      about: 'who acts when a command has no --account',
      message: 'Who acts when a command names nobody?',
      given: skipped(flags.account),
      optional: true,
      proposal: '',
      choices: [
        { value: '', label: 'by role', about: 'curators publish datasets, trainers models, and so on' },
        ...DEV_ACCOUNTS.map(({ name, role }) => ({ value: name, about: role })),
      ],
    },
    {
      name: '--content-node',
      about: 'which content node the devnet runs',
      message: 'Which content node does the devnet run?',
      given: skipped(flags['content-node']),
      optional: true,
      proposal: 'auto',
      choices: [
        { value: 'auto', about: 'Kubo where its binary is, else the embedded one' },
        { value: 'embedded', about: 'the one that the toolkit brings' },
        { value: 'kubo', about: 'the IPFS reference implementation, which must be installed' },
      ],
    },
    {
      name: '--with',
      about: 'a first asset, or tests',
      message: 'Make a first asset now?',
      given: flags.with,
      optional: true,
      proposal: '',
      choices: [
        { value: '', label: 'no', about: 'later, with sahara new' },
        { value: 'dataset', about: `${flags.name}, with data that works as it is` },
        { value: 'tests', about: 'in tests/, each run with a devnet of its own' },
      ],
    },
  ];
}

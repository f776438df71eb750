import { join, relative } from 'node:path';
import { Args, Flags } from '@oclif/core';
import type { Scaffolded } from '../assets/index.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { type Asking, askFor, type Question } from '../cli/ask.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { dryRunFlag } from '../cli/flags/dry-run.ts';
import { yesFlag } from '../cli/flags/yes.ts';

const ABOUT_KIND = 'One of dataset, model, agent.';
const ABOUT_NAME = '1 to 26 characters of a-z, 0-9 and the dash.';

export default class New extends SaharaCommand<typeof New, Scaffolded> {
  static override summary = 'Make the folder of a new dataset, model or agent.';
  static override description =
    'Each template works as it is: a real dataset, a model that trains on it, an agent that runs the model. On a terminal it asks for what is not given.';
  static override writes = ['files'] as const;
  static override examples = [
    '<%= config.bin %> new',
    '<%= config.bin %> new dataset penguins',
    '<%= config.bin %> new model penguin-classifier --from penguins',
    '<%= config.bin %> new agent penguin-guide --from penguin-classifier',
  ];
  static override args = {
    kind: Args.string({ description: ABOUT_KIND }),
    name: Args.string({ description: ABOUT_NAME }),
  };
  static override flags = {
    ...yesFlag,
    ...dryRunFlag,
    dir: Flags.string({ description: 'Folder to make (default: the name).' }),
    from: Flags.string({
      description: 'What it builds on: the dataset of a model, the model of an agent.',
      helpValue: 'ASSET',
    }),
  };

  override async execute(invocation: Invocation<typeof New>): Promise<Outcome<Scaffolded>> {
    const [{ scaffold }, { toolkitRoot }] = await Promise.all([
      import('../assets/index.ts'),
      import('../devnet/index.ts'),
    ]);
    const { flags } = invocation;
    const answers = await askFor(asking(invocation), await questions(invocation));
    const data = scaffold({
      kind: answers.KIND,
      name: answers.NAME,
      dir: flags.dir ?? answers.NAME,
      dryRun: flags['dry-run'],
      templates: join(toolkitRoot(), 'templates'),
      ...(answers['--from'] ? { parent: answers['--from'] } : {}),
    });
    const dir = relative(process.cwd(), data.dir) || '.';
    return {
      data,
      text: `${flags['dry-run'] ? 'Would make' : 'Made'} the ${data.kind} ${data.name} in ${dir}:\n${data.files.map((f) => `  ${f}`).join('\n')}`,
      next: [
        ...(data.kind === 'model'
          ? [{ command: `sahara build ${shellQuote(dir)}`, when: 'to train it on the published dataset' }]
          : []),
        { command: `sahara publish ${shellQuote(dir)}`, when: 'to publish it, once a devnet runs' },
      ],
    };
  }
}

const asking = ({ output, signal, flags }: Invocation<typeof New>): Asking => ({
  output,
  signal,
  command: 'new',
  yes: flags.yes,
  rest: flags.dir === undefined ? [] : ['--dir', flags.dir],
});

async function questions({
  args,
  flags,
  session,
}: Invocation<typeof New>): Promise<Question<'KIND' | 'NAME' | '--from'>[]> {
  const { assertFreeName, freeName, PARENT_KIND, possibleParents } = await import('../assets/index.ts');
  const reachable = async () => {
    const { liveDevnet } = await import('../devnet/index.ts');
    const context = liveDevnet(session.project.stateDir, await session.devnet())
      ? session.context()
      : undefined;
    return (await context?.catch(() => undefined))?.chain ?? null;
  };
  return [
    {
      name: 'KIND',
      about: ABOUT_KIND,
      message: 'What will it be?',
      given: args.kind,
      choices: [
        { value: 'dataset', about: 'data that others may license and train on' },
        { value: 'model', about: 'trained on a published dataset, which earns with it' },
        { value: 'agent', about: 'answers questions with a published model' },
      ],
    },
    {
      name: 'NAME',
      about: ABOUT_NAME,
      message: 'What is it called?',
      given: args.name,
      proposal: ({ KIND }) => (KIND ? freeName(`my-${KIND}`, process.cwd()) : undefined),
      validate: (name) => assertFreeName(name, flags.dir ?? name),
    },
    {
      name: '--from',
      about: 'what it builds on',
      message: 'What does it build on?',
      given: flags.from,
      optional: true,
      choices: async ({ KIND }) => {
        const kind = PARENT_KIND[KIND];
        if (!kind) return [];
        return (await possibleParents(kind, process.cwd(), await reachable())).map((p) => ({
          value: p.ref,
          about: p.publisher ? `published by ${p.publisher}` : 'in a folder here, not published yet',
        }));
      },
    },
  ];
}

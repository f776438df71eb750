import { join, relative } from 'node:path';
import { Args, Flags } from '@oclif/core';
import type { Scaffolded } from '../assets/index.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';

export default class New extends SaharaCommand<typeof New, Scaffolded> {
  static override summary = 'Make the folder of a new dataset, model or agent.';
  static override description =
    'Each template works as it is: a real dataset, a model that trains on it, an agent that runs the model.';
  static override examples = [
    '<%= config.bin %> new dataset penguins',
    '<%= config.bin %> new model penguin-classifier --from penguins',
    '<%= config.bin %> new agent penguin-guide --from penguin-classifier',
  ];
  static override args = {
    kind: Args.string({ description: 'One of dataset, model, agent.', required: true }),
    name: Args.string({ description: '1 to 31 characters of a-z, 0-9 and the dash.', required: true }),
  };
  static override flags = {
    dir: Flags.string({ description: 'Folder to make (default: the name).' }),
    from: Flags.string({
      description: 'What it builds on: the dataset of a model, the model of an agent.',
      helpValue: 'ASSET',
    }),
  };

  override async execute({ args, flags }: Invocation<typeof New>): Promise<Outcome<Scaffolded>> {
    const [{ scaffold }, { toolkitRoot }] = await Promise.all([
      import('../assets/index.ts'),
      import('../devnet/index.ts'),
    ]);
    const data = scaffold({
      kind: args.kind,
      name: args.name,
      dir: flags.dir ?? args.name,
      templates: join(toolkitRoot(), 'templates'),
      ...(flags.from ? { parent: flags.from } : {}),
    });
    const dir = relative(process.cwd(), data.dir) || '.';
    return {
      data,
      text: `Made the ${data.kind} ${data.name} in ${dir}:\n${data.files.map((f) => `  ${f}`).join('\n')}`,
      next: [
        ...(data.kind === 'model'
          ? [{ command: `sahara build ${shellQuote(dir)}`, when: 'to train it on the published dataset' }]
          : []),
        { command: `sahara publish ${shellQuote(dir)}`, when: 'to publish it, once a devnet runs' },
      ],
    };
  }
}

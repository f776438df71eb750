import { Args } from '@oclif/core';
import type { Built } from '../assets/index.ts';
import { formatBytes } from '../base/amount.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { accountFlag } from '../cli/flags/account.ts';
import { dryRunFlag } from '../cli/flags/dry-run.ts';

export default class Build extends SaharaCommand<typeof Build, Built> {
  static override summary = 'Run the build step of an asset, e.g. train a model.';
  static override description =
    'Fetches the versions named under relations, checks every block, and runs build.run with them. What was used is recorded in sahara.build.json, so that the relation published later is the true one.';
  static override writes = ['files'] as const;
  static override examples = [
    '<%= config.bin %> build',
    '<%= config.bin %> build penguin-classifier --account trainer',
  ];
  static override args = { dir: Args.string({ description: 'Folder of the asset.', default: '.' }) };
  static override flags = { ...accountFlag, ...dryRunFlag };

  override async execute({
    args,
    flags,
    session,
    output,
  }: Invocation<typeof Build>): Promise<Outcome<Built>> {
    const { build, readManifest } = await import('../assets/index.ts');
    const { defaultAccount } = await import('../cli/roles.ts');
    const { safe } = await import('../cli/ui/text.ts');
    const manifest = await readManifest(args.dir);
    const context = await session.signing(defaultAccount(manifest.kind));
    const data = await build(context, args.dir, { onOutput: (line) => output.note(`  ${safe(line)}`) });
    return {
      data,
      text: flags['dry-run']
        ? `Would build ${data.name}${data.inputs.map((i) => `, with ${i.asset}`).join('')}.`
        : `Built ${data.name} in ${(data.durationMs / 1000).toFixed(1)} s:\n${data.outputs.map((o) => `  ${o.path}  ${formatBytes(o.bytes)}`).join('\n')}`,
      next: [{ command: `sahara publish ${shellQuote(args.dir)}`, when: 'to publish it' }],
    };
  }
}

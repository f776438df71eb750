import { Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';

type Data = { log: string; path: string; lines: string[] }[];

export default class DevnetLogs extends SaharaCommand<typeof DevnetLogs, Data> {
  static override summary = 'Show the last lines of the devnet’s logs.';
  static override examples = [
    '<%= config.bin %> devnet logs',
    '<%= config.bin %> devnet logs --service chain --lines 200',
  ];
  static override flags = {
    ...devnetNameFlag,
    service: Flags.option({ options: ['supervisor', 'chain', 'content'] as const })({
      description: 'One log only.',
    }),
    lines: Flags.integer({ description: 'How many lines of each.', default: 20, min: 1, max: 100_000 }),
  };

  override async execute({ flags, session }: Invocation<typeof DevnetLogs>): Promise<Outcome<Data>> {
    const { readLogs } = await import('../../devnet/index.ts');
    const { bold, safe } = await import('../../cli/ui/text.ts');
    const data = readLogs(session.project.stateDir, {
      lines: flags.lines,
      name: await session.devnet(flags.name),
      ...(flags.service ? { which: flags.service } : {}),
    });
    return {
      data,
      text: data
        .map((d) => `${bold(d.log)}  ${d.path}\n${d.lines.map((l) => `  ${safe(l)}`).join('\n')}`)
        .join('\n\n'),
    };
  }
}

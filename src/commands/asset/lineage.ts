import { Args, Flags } from '@oclif/core';
import type { Lineage } from '../../assets/lineage-of.ts';
import { formatBps, formatShare } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

const FORMATS = ['tree', 'dot', 'mermaid', 'json'] as const;

export default class AssetLineage extends SaharaCommand<typeof AssetLineage, Lineage> {
  static override summary = 'Show what a version rests on, and what rests on it.';
  static override description =
    'With what each keeps of a payment, after the protocol’s fee and once all is settled: royalties multiplied along every path, exactly, and rounded down only when they are shown.';
  static override examples = [
    '<%= config.bin %> asset lineage penguin-guide',
    '<%= config.bin %> asset lineage penguins --down --depth 2',
    '<%= config.bin %> asset lineage penguin-guide --both --format dot',
    '<%= config.bin %> asset lineage penguin-guide --json --fields versions.label,versions.stays',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name, with @N for a version.', required: true }),
  };
  static override flags = {
    up: Flags.boolean({
      description: 'What it rests on; this is what is shown by default.',
      exclusive: ['down', 'both'],
    }),
    down: Flags.boolean({ description: 'What rests on it.', exclusive: ['up', 'both'] }),
    both: Flags.boolean({ description: 'Both.', exclusive: ['up', 'down'] }),
    depth: Flags.integer({
      description: 'Show only what is within so many relations (default: everything).',
      min: 0,
      helpValue: 'N',
    }),
    format: Flags.option({ options: FORMATS, default: 'tree' as const })({
      description: 'What to print: a tree, a Graphviz or Mermaid diagram, or the graph as plain JSON.',
    }),
  };

  override async execute({
    args,
    flags,
    session,
  }: Invocation<typeof AssetLineage>): Promise<Outcome<Lineage>> {
    const [{ lineage }, { safe }, { stringify }] = await Promise.all([
      import('../../assets/lineage-of.ts'),
      import('../../cli/ui/text.ts'),
      import('../../cli/envelope.ts'),
    ]);
    const { data, text } = await lineage(await session.context(), args.asset, {
      direction: flags.both ? 'both' : flags.down ? 'down' : 'up',
      format: flags.format === 'json' ? 'none' : flags.format,
      formatRate: formatBps,
      formatShare,
      ...(flags.depth === undefined ? {} : { depth: flags.depth }),
    });
    const isUp = data.direction !== 'down';
    return {
      data,
      text: () => (flags.format === 'json' ? stringify(data) : safe(text)),
      next: [
        isUp
          ? { command: `sahara asset lineage ${data.ref} --down`, when: 'to see what rests on it' }
          : { command: `sahara asset lineage ${data.ref}`, when: 'to see what it rests on' },
        { command: `sahara asset show ${data.ref}`, when: 'for this version itself' },
      ],
    };
  }
}

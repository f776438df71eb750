import { Args, Flags } from '@oclif/core';
import type { History } from '../../assets/history.ts';
import { formatSahara } from '../../base/amount.ts';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

export default class AssetHistory extends SaharaCommand<typeof AssetHistory, History> {
  static override summary = 'Show what happened to an asset, in the order of time.';
  static override description =
    'Versions, transfers, states, terms, licences, payments and settlements, each with its block, time and transaction, from the chain’s events.';
  static override examples = [
    '<%= config.bin %> asset history penguins',
    '<%= config.bin %> asset history penguins --since 7d --limit 10',
    '<%= config.bin %> asset history penguins --json --fields entries.time,entries.kind,entries.tx',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name.', required: true }),
  };
  static override flags = {
    limit: Flags.integer({
      description: 'The newest so many entries.',
      default: 50,
      min: 1,
      max: 10_000,
      helpValue: 'N',
    }),
    since: Flags.string({
      description: 'Only from then on: a block, a date or time, or how long ago (7d).',
      helpValue: 'WHEN',
    }),
  };

  override async execute({
    args,
    flags,
    session,
  }: Invocation<typeof AssetHistory>): Promise<Outcome<History>> {
    const [{ assetHistory }, { describeEntry }, { parseSince }, { table }] = await Promise.all([
      import('../../assets/history.ts'),
      import('../../assets/history-entries.ts'),
      import('../../assets/since.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const since = flags.since === undefined ? undefined : parseSince(flags.since);
    if (flags.since !== undefined && !since)
      throw new SaharaError('USAGE', {
        message: `--since ${flags.since} is no moment; write a block (120), a date (2026-05-01) or how long ago (7d).`,
        command: 'asset history',
      });
    const data = await assetHistory(await session.context(), args.asset, {
      limit: flags.limit,
      ...(since ? { since } : {}),
    });
    return {
      data,
      text: () =>
        [
          data.more ? `The newest ${data.entries.length}; there is more before them (--limit).` : '',
          data.entries.length === 0
            ? `Nothing happened to ${data.asset} in that time.`
            : table(
                ['block>', 'time', 'what happened', 'transaction'],
                data.entries.map((e) => [
                  `${e.block}`,
                  e.time.replace('T', ' ').replace(/\.\d+Z$/, 'Z'),
                  describeEntry(e, formatSahara),
                  e.tx,
                ]),
              ),
        ]
          .filter(Boolean)
          .join('\n'),
      next: [
        { command: `sahara asset show ${data.ref}`, when: 'to see how it stands now' },
        { command: `sahara revenue show ${data.ref}`, when: 'to see who earned what' },
      ],
    };
  }
}

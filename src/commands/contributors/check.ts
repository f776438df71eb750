import { Args, Flags } from '@oclif/core';
import { formatBps } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { CheckedList } from '../../revenue/index.ts';

export default class ContributorsCheck extends SaharaCommand<typeof ContributorsCheck, CheckedList> {
  static override summary = 'Check the published contributors, and say whose shares they are.';
  static override description =
    'Makes the tree of the published list again and compares root, total weight and count with the chain. Exits with 7 when they differ. Shows the 20 largest accounts, or one with --account.';
  static override exits = { 7: 'The published list is not the registered one.' };
  static override examples = [
    '<%= config.bin %> contributors check penguins',
    '<%= config.bin %> contributors check penguins@1 --account labeler --json',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name, with @N for a version.', required: true }),
  };
  static override flags = {
    account: Flags.string({ description: 'Only this account, by name or address.', helpValue: 'NAME' }),
  };

  override async execute({
    args,
    flags,
    session,
  }: Invocation<typeof ContributorsCheck>): Promise<Outcome<CheckedList>> {
    const [{ checkList }, { fields, table, oneLine }] = await Promise.all([
      import('../../revenue/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const data = await checkList(await session.context(), args.asset, flags.account);
    const others = flags.account === undefined ? data.accounts - data.shares.length : 0;
    return {
      data,
      text: () =>
        [
          `${data.asset}: the published list has the registered root, total weight and count.`,
          fields([
            ['root', data.root],
            ['total weight', data.totalWeight],
            ['contributors', `${data.count} rows of ${data.accounts} account(s)`],
            ['share', `${formatBps(data.shareBps)} of what stays with the version`],
          ]),
          table(
            ['account', 'rows>', 'weight>', 'part>'],
            data.shares.map((s) => [oneLine(s.account), `${s.rows}`, `${s.weight}`, `${s.ppm / 10_000}%`]),
          ),
          others > 0 ? `${others} more; look at one with --account.` : '',
        ]
          .filter(Boolean)
          .join('\n\n'),
      next: [
        {
          command: `sahara revenue show ${data.asset.replace(/@\d+$/, '')}`,
          when: 'to see what they earned',
        },
      ],
    };
  }
}

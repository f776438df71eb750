import { Args } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';
import type { Settled } from '../../revenue/index.ts';

export default class RevenueSettle extends SaharaCommand<typeof RevenueSettle, Settled> {
  static override summary = 'Move what was paid up the lineage, to every parent its share.';
  static override description =
    'Anybody may settle, at any time: when and in which order makes no difference to who gets what.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> revenue settle',
    '<%= config.bin %> revenue settle penguin-guide --json',
  ];
  static override args = {
    asset: Args.string({
      description: 'One asset, all its versions or that of @N, and all it rests on (default: everything).',
    }),
  };
  static override flags = { ...accountFlag, ...sendingFlags };

  override async execute({
    args,
    flags,
    session,
  }: Invocation<typeof RevenueSettle>): Promise<Outcome<Settled>> {
    const { settle } = await import('../../revenue/index.ts');
    const data = await settle(await session.signing('protocol'), args.asset);
    return {
      data,
      text: flags['dry-run']
        ? `Would settle ${data.versions.length} version(s): ${formatSahara(data.moved)} SAHARA would become claimable.`
        : `Settled ${data.versions.length} version(s): ${formatSahara(data.moved)} SAHARA became claimable.`,
      next: [
        { command: 'sahara revenue show', when: 'to see who earned what' },
        { command: 'sahara revenue claim --account curator', when: 'to take out what an account has earned' },
      ],
    };
  }
}

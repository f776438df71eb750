import { Args } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { amountArg } from '../../cli/amounts.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';
import type { Paid } from '../../revenue/index.ts';

export default class RevenuePay extends SaharaCommand<typeof RevenuePay, Paid> {
  static override summary = 'Pay an asset; what it owes to others is theirs once it is settled.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> revenue pay penguin-guide 5',
    '<%= config.bin %> revenue pay penguins@1 0.25 --account buyer-2',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name, with @N for a version.', required: true }),
    amount: Args.string({ description: 'How much SAHARA, e.g. 2.5.', required: true }),
  };
  static override flags = { ...accountFlag, ...sendingFlags };

  override async execute({ args, flags, session }: Invocation<typeof RevenuePay>): Promise<Outcome<Paid>> {
    const { pay } = await import('../../revenue/index.ts');
    const amount = amountArg(args.amount);
    const data = await pay(await session.signing('buyer'), args.asset, amount);
    return {
      data,
      text: `${flags['dry-run'] ? 'Would pay' : 'Paid'} ${formatSahara(data.amount)} SAHARA to ${data.asset}@${data.version}: ${formatSahara(data.credited)} credited, ${formatSahara(data.fee)} protocol fee.`,
      next: [
        {
          // As it was asked for, with the publisher where that was said, and the version that was paid.
          command: `sahara revenue settle ${args.asset.replace(/@.*$/, '')}@${data.version}`,
          when: 'to move it up the lineage',
        },
      ],
    };
  }
}

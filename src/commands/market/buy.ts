import { Args, Flags } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';
import type { Purchase } from '../../market/index.ts';

export default class MarketBuy extends SaharaCommand<typeof MarketBuy, Purchase> {
  static override summary = 'Buy a licence: payment and licence in one transaction.';
  static override description =
    'A valid licence under the same terms is not bought a second time, unless --another is given.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> market buy penguin-guide --account buyer',
    '<%= config.bin %> market buy penguins --terms 2 --account trainer --json',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    terms: Flags.integer({ description: 'Which terms, where several are for sale.', min: 1 }),
    for: Flags.string({ description: 'Who gets the licence (default: the buyer).', helpValue: 'NAME' }),
    another: Flags.boolean({ description: 'Buy another one where one is held already.' }),
  };

  override async execute({ args, flags, session }: Invocation<typeof MarketBuy>): Promise<Outcome<Purchase>> {
    const [{ buy }, { resolveRecipient }] = await Promise.all([
      import('../../market/index.ts'),
      import('../../config/index.ts'),
    ]);
    const holder = flags.for === undefined ? undefined : resolveRecipient(flags.for).address;
    const context = await session.signing('buyer');
    const data = await buy(context, args.asset, {
      another: flags.another,
      ...(flags.terms === undefined ? {} : { terms: flags.terms }),
      ...(holder === undefined ? {} : { holder }),
    });
    return {
      data,
      text: data.bought
        ? `${data.buyer} ${flags['dry-run'] ? 'would pay' : 'paid'} ${formatSahara(data.amount)} SAHARA; ${data.holder} ${flags['dry-run'] ? 'would hold' : 'holds'} license ${data.license} for ${data.asset} (terms ${data.terms}).`
        : `${data.holder} holds license ${data.license} for ${data.asset} already (terms ${data.terms}); nothing ${flags['dry-run'] ? 'would be' : 'was'} paid.`,
      next: [
        { command: `sahara asset get ${data.asset} --account ${data.holder}`, when: 'to fetch it' },
        { command: 'sahara revenue settle', when: 'to move what was paid up the lineage' },
      ],
    };
  }
}

import { Args } from '@oclif/core';
import { shellQuote } from '../../base/shell-quote.ts';
import { amountArg } from '../../cli/amounts.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { RevenuePreview } from '../../revenue/index.ts';

export default class RevenuePreviewCommand extends SaharaCommand<
  typeof RevenuePreviewCommand,
  RevenuePreview
> {
  static override summary = 'Show who would earn what of a payment to an asset.';
  static override description =
    'Takes the lineage from the chain and works out where every wei would be once all is settled. Nothing is sent.';
  static override examples = [
    '<%= config.bin %> revenue preview penguin-guide 5',
    '<%= config.bin %> revenue preview penguins@1 0.25 --json',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name, with @N for a version.', required: true }),
    amount: Args.string({ description: 'How much SAHARA, e.g. 2.5.', required: true }),
  };

  override async execute({
    args,
    session,
  }: Invocation<typeof RevenuePreviewCommand>): Promise<Outcome<RevenuePreview>> {
    const [{ preview }, { previewText }] = await Promise.all([
      import('../../revenue/index.ts'),
      import('../../cli/ui/revenue-preview.ts'),
    ]);
    const data = await preview(await session.context(), args.asset, amountArg(args.amount));
    return {
      data,
      text: () => previewText(data),
      next: [
        {
          command: `sahara revenue pay ${shellQuote(args.asset)} ${args.amount}`,
          when: 'to pay it',
        },
      ],
    };
  }
}

import { formatBps, formatSahara } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { Offer } from '../../market/index.ts';

export default class MarketList extends SaharaCommand<typeof MarketList, Offer[]> {
  static override summary = 'List what is on offer, and under which terms.';
  static override examples = ['<%= config.bin %> market list', '<%= config.bin %> market list --json'];

  override async execute({ session }: Invocation<typeof MarketList>): Promise<Outcome<Offer[]>> {
    const [{ listOffers }, { assetLabels }, { safe, table }] = await Promise.all([
      import('../../market/index.ts'),
      import('../../cli/ui/asset-labels.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const data = await listOffers(await session.context());
    const labelOf = assetLabels(data.map((o) => o.asset));
    const sold = data.find((o) => o.terms.price > 0n);
    return {
      data,
      text: () =>
        data.length === 0
          ? 'Nothing is on offer yet.'
          : table(
              ['asset', 'kind', 'owner', 'terms>', 'SAHARA>', 'royalty>', 'rights', 'text'],
              data.map(({ asset, terms }) => [
                safe(labelOf(asset)),
                asset.kind,
                asset.owner,
                `${terms.id}`,
                terms.price === 0n ? 'free' : formatSahara(terms.price),
                formatBps(terms.royaltyBps),
                terms.rights.join('+'),
                safe(terms.text),
              ]),
            ),
      next: sold
        ? [
            {
              command: `sahara market buy ${labelOf(sold.asset)} --terms ${sold.terms.id}`,
              when: 'to buy a licence',
            },
          ]
        : [],
    };
  }
}

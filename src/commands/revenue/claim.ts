import { Args } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import type { Claimed } from '../../revenue/index.ts';

type Data = { account: string; total: bigint; claims: Claimed[] };

export default class RevenueClaim extends SaharaCommand<typeof RevenueClaim, Data> {
  static override summary = 'Take out what an account has earned, as owner and as contributor.';
  static override description =
    'Pays WSAHARA; `account unwrap` turns it into SAHARA. Claiming twice pays once.';
  static override examples = [
    '<%= config.bin %> revenue claim --account curator',
    '<%= config.bin %> revenue claim penguins --account labeler --json',
  ];
  static override args = { asset: Args.string({ description: 'From this asset only (default: from all).' }) };
  static override flags = { ...accountFlag };

  override async execute({ args, session }: Invocation<typeof RevenueClaim>): Promise<Outcome<Data>> {
    const [{ claim }, { table }] = await Promise.all([
      import('../../revenue/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const context = await session.signing('curator');
    const { name, account } = context.signer;
    const claims = await claim(context, account.address, args.asset);
    const total = claims.reduce((sum, c) => sum + c.amount, 0n);
    const who = name ?? account.address;
    return {
      data: { account: who, total, claims },
      text:
        claims.length === 0
          ? `${who} has nothing to claim. (What is not settled yet cannot be claimed.)`
          : `${table(
              ['asset', 'as', 'WSAHARA>'],
              claims.map((c) => [c.asset, c.role, formatSahara(c.amount)]),
            )}\n\n${who} claimed ${formatSahara(total)} WSAHARA.`,
      next:
        claims.length === 0
          ? [{ command: 'sahara revenue settle', when: 'to move what was paid up the lineage' }]
          : [{ command: `sahara account unwrap --all --account ${who}`, when: 'to turn it into SAHARA' }],
    };
  }
}

import { Args, Flags } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';
import type { Claimed } from '../../revenue/index.ts';

type Data = { account: string; total: bigint; claims: Claimed[] };

export default class RevenueClaim extends SaharaCommand<typeof RevenueClaim, Data> {
  static override summary = 'Take out what an account has earned, as owner and as contributor.';
  static override description =
    'Pays WSAHARA; `account unwrap` turns it into SAHARA. Claiming twice pays once. Anybody may send a claim, with --for: the money goes to whom it belongs.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> revenue claim --account curator',
    '<%= config.bin %> revenue claim penguins --account labeler --json',
    '<%= config.bin %> revenue claim --for 0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199',
  ];
  static override args = { asset: Args.string({ description: 'From this asset only (default: from all).' }) };
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    for: Flags.string({
      description: 'Account whose earnings to take out, by name or address (default: the signer).',
      helpValue: 'NAME',
    }),
  };

  override async execute({ args, flags, session }: Invocation<typeof RevenueClaim>): Promise<Outcome<Data>> {
    const [{ claim }, { resolveAccount }, { table }] = await Promise.all([
      import('../../revenue/index.ts'),
      import('../../config/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const named = flags.for === undefined ? undefined : resolveAccount(flags.for);
    const context = await session.signing('curator');
    const { name, address } = named ?? resolveAccount(context.signer.account.address);
    const claims = await claim(context, address, args.asset);
    const total = claims.reduce((sum, c) => sum + c.amount, 0n);
    const who = name ?? address;
    return {
      data: { account: who, total, claims },
      text: () =>
        claims.length === 0
          ? `${who} has nothing to claim. (What is not settled yet cannot be claimed.)`
          : `${table(
              ['asset', 'as', 'WSAHARA>'],
              claims.map((c) => [c.asset, c.role, formatSahara(c.amount)]),
            )}\n\n${who} ${flags['dry-run'] ? 'would claim' : 'claimed'} ${formatSahara(total)} WSAHARA.`,
      next:
        claims.length === 0
          ? [{ command: 'sahara revenue settle', when: 'to move what was paid up the lineage' }]
          : name === null
            ? [{ command: `sahara account balance ${who}`, when: 'to see what it holds' }]
            : [{ command: `sahara account unwrap --all --account ${who}`, when: 'to turn it into SAHARA' }],
    };
  }
}

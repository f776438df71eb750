import { Args, Flags } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { SaharaError } from '../../base/errors.ts';
import { amountArg } from '../../cli/amounts.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';

type Data = { account: string; amount: bigint; tx: string | null };

export default class AccountUnwrap extends SaharaCommand<typeof AccountUnwrap, Data> {
  static override summary = 'Turn WSAHARA into SAHARA, one to one.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> account unwrap 2.5 --account curator',
    '<%= config.bin %> account unwrap --all --account labeler',
  ];
  static override args = { amount: Args.string({ description: 'How much WSAHARA (or use --all).' }) };
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    all: Flags.boolean({ description: 'All that the account holds.' }),
  };

  override async execute({ args, flags, session }: Invocation<typeof AccountUnwrap>): Promise<Outcome<Data>> {
    if ((args.amount === undefined) !== (flags.all === true))
      throw new SaharaError('USAGE', {
        message: 'Give either an amount or --all.',
        command: 'account unwrap',
      });
    const { balanceOf, unwrap } = await import('../../chain/index.ts');
    const asked = args.amount === undefined ? undefined : amountArg(args.amount);
    const { chain, signer } = await session.signing('curator');
    const amount = asked ?? (await balanceOf(chain, signer.account.address)).wrapped;
    const tx = amount === 0n ? null : await unwrap(chain, signer, amount);
    const account = signer.name ?? signer.account.address;
    return {
      data: { account, amount, tx },
      text: `${account} ${flags['dry-run'] ? 'would turn' : 'turned'} ${formatSahara(amount)} WSAHARA into SAHARA.`,
    };
  }
}

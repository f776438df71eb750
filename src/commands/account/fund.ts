import { Args } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { amountArg } from '../../cli/amounts.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';

type Data = { account: string; added: bigint; native: bigint };

export default class AccountFund extends SaharaCommand<typeof AccountFund, Data> {
  static override summary = 'Give an account SAHARA, out of nothing; on a devnet only.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> account fund newcomer 1000',
    '<%= config.bin %> account fund 0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199 5',
  ];
  static override args = {
    account: Args.string({ description: 'Name or address.', required: true }),
    amount: Args.string({ description: 'How much SAHARA, e.g. 12.5.', required: true }),
  };

  static override flags = { ...dryRunFlag };

  override async execute({ args, flags, session }: Invocation<typeof AccountFund>): Promise<Outcome<Data>> {
    const [{ fund }, { resolveAccount }] = await Promise.all([
      import('../../chain/index.ts'),
      import('../../config/index.ts'),
    ]);
    const added = amountArg(args.amount);
    const { name, address } = resolveAccount(args.account);
    const { native } = await fund((await session.context()).chain, address, added);
    const account = name ?? address;
    return {
      data: { account, added, native },
      text: `${account} ${flags['dry-run'] ? 'would have' : 'has'} ${formatSahara(native)} SAHARA.`,
    };
  }
}

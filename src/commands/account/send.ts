import { Args, Flags } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { amountArg } from '../../cli/amounts.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';

type Data = { from: string; to: string; amount: bigint; token: 'SAHARA' | 'WSAHARA'; tx: string | null };

export default class AccountSend extends SaharaCommand<typeof AccountSend, Data> {
  static override summary = 'Send SAHARA, or WSAHARA with --wrapped, to an account.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> account send newcomer 10 --account curator',
    '<%= config.bin %> account send 0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199 0.5 --wrapped --account curator',
  ];
  static override args = {
    to: Args.string({ description: 'Who gets it: name or address.', required: true }),
    amount: Args.string({ description: 'How much, in SAHARA or WSAHARA, e.g. 12.5.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    wrapped: Flags.boolean({ description: 'Send WSAHARA.' }),
  };

  override async execute({ args, flags, session }: Invocation<typeof AccountSend>): Promise<Outcome<Data>> {
    const [{ sendNative, sendWrapped }, { resolveRecipient }] = await Promise.all([
      import('../../chain/index.ts'),
      import('../../config/index.ts'),
    ]);
    const amount = amountArg(args.amount);
    const to = resolveRecipient(args.to);
    const { chain, signer } = await session.signing('curator');
    const tx = await (flags.wrapped ? sendWrapped : sendNative)(chain, signer, to.address, amount);
    const token = flags.wrapped ? 'WSAHARA' : 'SAHARA';
    const data: Data = {
      from: signer.name ?? signer.account.address,
      to: to.name ?? to.address,
      amount,
      token,
      tx,
    };
    return {
      data,
      text: `${data.from} ${flags['dry-run'] ? 'would send' : 'sent'} ${formatSahara(amount)} ${token} to ${data.to}.`,
    };
  }
}

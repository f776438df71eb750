import { Args } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

type Data = { account: string; address: string; native: bigint; wrapped: bigint }[];

export default class AccountBalance extends SaharaCommand<typeof AccountBalance, Data> {
  static override summary = 'Show what accounts hold.';
  static override examples = [
    '<%= config.bin %> account balance',
    '<%= config.bin %> account balance curator --json',
  ];
  static override args = {
    account: Args.string({ description: 'Name or address (default: every named account).' }),
  };

  override async execute({ args, session }: Invocation<typeof AccountBalance>): Promise<Outcome<Data>> {
    const [{ balanceOf }, { DEV_ACCOUNTS, resolveAccount }, { table }] = await Promise.all([
      import('../../chain/index.ts'),
      import('../../config/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const wanted = args.account === undefined ? DEV_ACCOUNTS : [resolveAccount(args.account)];
    const { chain } = await session.context();
    const data = await Promise.all(
      wanted.map(async ({ name, address }) => ({
        account: name ?? address,
        address,
        ...(await balanceOf(chain, address)),
      })),
    );
    return {
      data,
      text: () =>
        table(
          ['account', 'SAHARA>', 'WSAHARA>', 'address'],
          data.map((d) => [d.account, formatSahara(d.native), formatSahara(d.wrapped), d.address]),
        ),
    };
  }
}

import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

type Data = { name: string; address: string; role: string }[];

export default class AccountList extends SaharaCommand<typeof AccountList, Data> {
  static override summary = 'List the named accounts: the devnet’s, and your own.';
  static override description =
    'The devnet’s have public development keys, refused anywhere but on a local chain. Your own are keystore files.';
  static override examples = ['<%= config.bin %> account list', '<%= config.bin %> account list --json'];

  override async execute(_: Invocation<typeof AccountList>): Promise<Outcome<Data>> {
    const [{ DEV_ACCOUNTS, ownAccounts }, { table }] = await Promise.all([
      import('../../config/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const own = ownAccounts().map(({ name, address }) => ({ name, address, role: 'your own' }));
    const data = [...own, ...DEV_ACCOUNTS.map(({ name, address, role }) => ({ name, address, role }))];
    return {
      data,
      text: () =>
        table(
          ['name', 'address', 'role'],
          data.map((a) => [a.name, a.address, a.role]),
        ),
      next: [{ command: 'sahara account balance curator', when: 'to see what one holds' }],
    };
  }
}

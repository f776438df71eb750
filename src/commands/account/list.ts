import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

type Data = { name: string; address: string; role: string }[];

export default class AccountList extends SaharaCommand<typeof AccountList, Data> {
  static override summary = 'List the named accounts of the devnet.';
  static override description =
    'Their keys are public development keys, refused anywhere but on a local chain.';
  static override examples = ['<%= config.bin %> account list', '<%= config.bin %> account list --json'];

  override async execute(_: Invocation<typeof AccountList>): Promise<Outcome<Data>> {
    const [{ DEV_ACCOUNTS }, { table }] = await Promise.all([
      import('../../config/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const data = DEV_ACCOUNTS.map(({ name, address, role }) => ({ name, address, role }));
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

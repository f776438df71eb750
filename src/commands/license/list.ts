import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import type { HeldLicense } from '../../licensing/index.ts';

type Data = { account: string; licenses: HeldLicense[] };

export default class LicenseList extends SaharaCommand<typeof LicenseList, Data> {
  static override summary = 'List the licences that an account holds, and their state.';
  static override examples = [
    '<%= config.bin %> license list --account buyer',
    '<%= config.bin %> license list --account trainer --json',
  ];
  static override flags = { ...accountFlag };

  override async execute({ session }: Invocation<typeof LicenseList>): Promise<Outcome<Data>> {
    const [{ formatMoment, listLicenses }, { accountLabel, resolveAccount }, { table }] = await Promise.all([
      import('../../licensing/index.ts'),
      import('../../config/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const { address } = resolveAccount((await session.config()).account ?? 'buyer');
    const account = accountLabel(address);
    const licenses = await listLicenses(await session.context(), address);
    const ending = licenses.find((l) => l.state === 'expired' && l.terms.period > 0);
    return {
      data: { account, licenses },
      text: () =>
        licenses.length === 0
          ? `${account} holds no licences.`
          : table(
              ['license>', 'asset', 'terms', 'state', 'until'],
              licenses.map((l) => [
                `${l.license}`,
                l.asset,
                `${l.terms.id} (${l.terms.text})`,
                l.state,
                l.state === 'revoking' && l.revokedAt
                  ? `${formatMoment(l.revokedAt)}, unless appealed`
                  : l.validUntil
                    ? formatMoment(l.validUntil)
                    : 'for ever',
              ]),
            ),
      next: ending
        ? [
            {
              command: `sahara license renew ${ending.license} --account ${account}`,
              when: 'to renew one that has expired',
            },
          ]
        : [{ command: 'sahara market list', when: 'to see what can be licensed' }],
    };
  }
}

import { Flags } from '@oclif/core';
import { formatSahara } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { licenseArg } from '../../cli/flags/license-arg.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';
import type { Renewal } from '../../market/index.ts';

export default class LicenseRenew extends SaharaCommand<typeof LicenseRenew, Renewal> {
  static override summary = 'Renew a licence that runs in periods, for its price.';
  static override description =
    'It is extended from its end, or from now where that is past. Each run adds periods. Anybody may pay for it.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> license renew 3 --account buyer',
    '<%= config.bin %> license renew 3 --periods 12 --json',
  ];
  static override args = licenseArg;
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    periods: Flags.integer({ description: 'How many periods.', default: 1, min: 1, max: 4_294_967_295 }),
  };

  override async execute({
    args,
    flags,
    session,
  }: Invocation<typeof LicenseRenew>): Promise<Outcome<Renewal>> {
    const [{ renew }, { formatMoment }] = await Promise.all([
      import('../../market/index.ts'),
      import('../../licensing/index.ts'),
    ]);
    const data = await renew(await session.signing('buyer'), args.license, flags.periods);
    return {
      data,
      text: `${data.payer} ${flags['dry-run'] ? 'would pay' : 'paid'} ${formatSahara(data.amount)} SAHARA; license ${data.license} of ${data.holder} for ${data.asset} ${flags['dry-run'] ? 'would last' : 'lasts'} until ${formatMoment(data.validUntil)}.`,
      next: [
        {
          command: `sahara license list --account ${data.holder}`,
          when: 'to see the licences of its holder',
        },
      ],
    };
  }
}

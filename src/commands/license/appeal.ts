import { Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { licenseArg } from '../../cli/flags/license-arg.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';
import type { Disputed } from '../../licensing/index.ts';

export default class LicenseAppeal extends SaharaCommand<typeof LicenseAppeal, Disputed> {
  static override summary = 'Appeal against the revocation of your licence.';
  static override description =
    'For its holder, within seven days. The licence stays in force until the protocol’s governance has ruled.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> license appeal 3 --reason "The data was our own" --account buyer',
    '<%= config.bin %> license appeal 3 --reason "The data was our own" --json',
  ];
  static override args = licenseArg;
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    reason: Flags.string({ description: 'Why the revocation is wrong; kept on chain.', required: true }),
  };

  override async execute({
    args,
    flags,
    session,
  }: Invocation<typeof LicenseAppeal>): Promise<Outcome<Disputed>> {
    const [{ appealRevocation, heldLicense }, { resolveAccount }] = await Promise.all([
      import('../../licensing/index.ts'),
      import('../../config/index.ts'),
    ]);
    const { chain } = await session.context();
    const { holder } = await heldLicense(chain, args.license);
    const context = await session.signing(resolveAccount(holder).address);
    const data = await appealRevocation(context, args.license, flags.reason);
    return {
      data,
      text: `License ${data.license} of ${data.holder} for ${data.asset} ${flags['dry-run'] ? 'would stay' : 'stays'} in force until the appeal is ruled on.`,
      next: [
        {
          command: `sahara license list --account ${data.holder}`,
          when: 'to see the licences of its holder',
        },
      ],
    };
  }
}

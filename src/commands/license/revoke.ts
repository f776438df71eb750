import { Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { licenseArg } from '../../cli/flags/license-arg.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';
import type { Disputed } from '../../licensing/index.ts';

export default class LicenseRevoke extends SaharaCommand<typeof LicenseRevoke, Disputed> {
  static override summary = 'Revoke a licence for breach; its holder may appeal.';
  static override description =
    'For the owner of the asset. The licence stays in force for seven days, and while an appeal is waiting for its ruling. What was made under it keeps what it rests on.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> license revoke 3 --reason "Resold the raw data"',
    '<%= config.bin %> license revoke 3 --reason "Resold the raw data" --json',
  ];
  static override args = licenseArg;
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    reason: Flags.string({ description: 'Which breach; kept on chain.', required: true }),
  };

  override async execute({
    args,
    flags,
    session,
  }: Invocation<typeof LicenseRevoke>): Promise<Outcome<Disputed>> {
    const [{ formatMoment, readLicense, revokeLicense }, { readAsset }] = await Promise.all([
      import('../../licensing/index.ts'),
      import('../../chain/index.ts'),
    ]);
    const { chain } = await session.context();
    const { assetId } = await readLicense(chain, args.license);
    const context = await session.signing((await readAsset(chain, assetId)).owner);
    const data = await revokeLicense(context, args.license, flags.reason);
    return {
      data,
      text: `License ${data.license} of ${data.holder} for ${data.asset} ${flags['dry-run'] ? 'would end' : 'ends'} on ${formatMoment(data.revokedAt)}, unless ${data.holder} appeals before.`,
      next: [
        {
          command: `sahara license list --account ${data.holder}`,
          when: 'to see the licences of its holder',
        },
      ],
    };
  }
}

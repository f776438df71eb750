import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';

type Data = { asset: string; terms: number; tx: string | null };

export default class LicenseUnset extends SaharaCommand<typeof LicenseUnset, Data> {
  static override summary = 'Take back an offer; what was sold under it stays.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> license unset penguins --terms 2',
    '<%= config.bin %> license unset penguins --terms 2 --json',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    terms: Flags.integer({ description: 'Which terms (see: license show).', min: 1, required: true }),
  };

  override async execute({ args, flags, session }: Invocation<typeof LicenseUnset>): Promise<Outcome<Data>> {
    const [{ detachTerms }, { resolveAsset }] = await Promise.all([
      import('../../licensing/index.ts'),
      import('../../chain/index.ts'),
    ]);
    const { asset } = await resolveAsset((await session.context()).chain, args.asset);
    const context = await session.signing(asset.owner);
    const tx = await detachTerms(context, asset, flags.terms);
    return {
      data: { asset: asset.name, terms: flags.terms, tx },
      text: `${asset.name} ${flags['dry-run'] ? 'would' : 'is'} no longer ${flags['dry-run'] ? 'be ' : ''}offered under terms ${flags.terms}.`,
      next: [{ command: 'sahara market list', when: 'to see what is still on offer' }],
    };
  }
}

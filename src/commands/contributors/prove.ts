import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { ContributorProofs } from '../../revenue/index.ts';

export default class ContributorsProve extends SaharaCommand<typeof ContributorsProve, ContributorProofs> {
  static override summary = 'Prove that somebody is a contributor, as the chain checks it.';
  static override description =
    "Takes the published list, or a file that has to be the same list. revenue claim makes these proofs by itself; they are for whoever calls the vault's claimContribution.";
  static override examples = [
    '<%= config.bin %> contributors prove penguins labeler --json',
    '<%= config.bin %> contributors prove penguins@1 0 --file contributors.csv',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name, with @N for a version.', required: true }),
    contributor: Args.string({
      description: 'Account, by name or address, or index from 0.',
      required: true,
    }),
  };
  static override flags = {
    file: Flags.string({ description: 'Read the list from this file (default: the published one).' }),
  };

  override async execute({
    args,
    flags,
    session,
  }: Invocation<typeof ContributorsProve>): Promise<Outcome<ContributorProofs>> {
    const [{ proveContributor }, { fields }] = await Promise.all([
      import('../../revenue/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const data = await proveContributor(await session.context(), args.asset, args.contributor, flags.file);
    return {
      data,
      text: () =>
        data.proofs
          .map((p) =>
            fields([
              ['version', `${data.versionId}  ${data.asset}`],
              ['index', `${p.index} of ${data.count}`],
              ['account', p.account],
              ['weight', `${p.weight} of ${data.totalWeight}`],
              ['root', data.root],
              ...p.siblings.map((hash, i): [string, string] => [`${i + 1}.`, `${hash} ${p.siblingSums[i]}`]),
            ]),
          )
          .join('\n\n'),
      next: [{ command: `sahara contributors check ${data.asset}`, when: 'to see whose shares they are' }],
    };
  }
}

import { Args } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { AttachedTerms } from '../../licensing/index.ts';

type Data = { asset: string; terms: AttachedTerms[] };

export default class LicenseShow extends SaharaCommand<typeof LicenseShow, Data> {
  static override summary = 'Show the terms under which an asset is offered.';
  static override examples = [
    '<%= config.bin %> license show penguins',
    '<%= config.bin %> license show penguins --json',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name.', required: true }),
  };

  override async execute({ args, session }: Invocation<typeof LicenseShow>): Promise<Outcome<Data>> {
    const [{ describeTerms, termsOf }, { resolveAsset }, { oneLine }] = await Promise.all([
      import('../../licensing/index.ts'),
      import('../../chain/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const { chain } = await session.context();
    const { asset } = await resolveAsset(chain, args.asset);
    const terms = await termsOf(chain, asset.id);
    return {
      data: { asset: asset.name, terms },
      text:
        terms.length === 0
          ? `${asset.name} is offered under no terms.`
          : terms.map((t) => `${t.id}  ${oneLine(describeTerms(t))}`).join('\n'),
      next: terms
        .filter((t) => t.price > 0n)
        .slice(0, 1)
        .map((t) => ({
          command: `sahara market buy ${asset.name} --terms ${t.id}`,
          when: 'to buy a licence',
        })),
    };
  }
}

import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';
import type { AttachedTerms } from '../../licensing/index.ts';

type Data = { asset: string; terms: AttachedTerms; attached: boolean; tx: string | null };

export default class LicenseSet extends SaharaCommand<typeof LicenseSet, Data> {
  static override summary = 'Offer an asset under terms: a preset, or your own.';
  static override description =
    'Flags beside --preset change what it says. Terms are immutable. Setting other terms adds them; what was sold under earlier ones stays as it was.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> license set penguins --preset non-commercial',
    '<%= config.bin %> license set penguins --preset commercial-remix --price 20 --royalty 8%',
    '<%= config.bin %> license set penguins --rights ACCESS,TRAIN --royalty 5% --text CC-BY-4.0',
    '<%= config.bin %> license set penguins --preset OpenRAIL-M --restrictions no-military,no-surveillance',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    preset: Flags.string({ description: 'Begin with these terms (see: license presets).' }),
    rights: Flags.string({ description: 'Rights, separated by commas.', helpValue: 'A,B' }),
    royalty: Flags.string({ description: 'What a child owes of its revenue.', helpValue: '5%' }),
    price: Flags.string({ description: 'Price of a licence in SAHARA.', helpValue: '25' }),
    absolute: Flags.boolean({
      description: 'The royalty is of the direct payments to every descendant.',
      allowNo: true,
    }),
    period: Flags.string({ description: 'How long a licence lasts.', helpValue: '30d' }),
    expires: Flags.string({ description: 'When the terms end (UTC).', helpValue: '2027-01-31' }),
    ceiling: Flags.string({
      description: 'The most that a child may be paid, in SAHARA.',
      helpValue: '1000',
    }),
    calls: Flags.string({ description: 'How many calls a licence allows.', helpValue: '1000' }),
    restrictions: Flags.string({ description: 'Uses ruled out, separated by commas.', helpValue: 'A,B' }),
    text: Flags.string({ description: 'SPDX id or another reference to the text.', helpValue: 'CC-BY-4.0' }),
    'share-alike': Flags.boolean({
      description: 'What is built on it must have the same terms.',
      allowNo: true,
    }),
    attribution: Flags.boolean({ description: 'Whoever uses it names it.', allowNo: true }),
    transferable: Flags.boolean({ description: 'A licence may be passed on.', allowNo: true }),
  };

  override async execute({ args, flags, session }: Invocation<typeof LicenseSet>): Promise<Outcome<Data>> {
    const [{ attachTerms, describeTerms, parseTerms, TERMS_FIELDS }, { resolveAsset }] = await Promise.all([
      import('../../licensing/index.ts'),
      import('../../chain/index.ts'),
    ]);
    const given = TERMS_FIELDS.map((field) => [
      field,
      field === 'shareAlike' ? flags['share-alike'] : (flags as Record<string, unknown>)[field],
    ]);
    const terms = parseTerms(Object.fromEntries(given.filter(([, v]) => v !== undefined)), 'The flags');
    const { chain } = await session.context();
    const { asset } = await resolveAsset(chain, args.asset);
    const context = await session.signing(asset.owner);
    const result = await attachTerms(context, asset, terms);
    return {
      data: { asset: asset.name, ...result },
      text: `${result.attached ? (flags['dry-run'] ? 'Would offer' : 'Now offers') : 'Offered already:'} ${asset.name} under terms ${result.terms.id}: ${describeTerms(result.terms)}`,
      next: [{ command: 'sahara market list', when: 'to see it on offer' }],
    };
  }
}

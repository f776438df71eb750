import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import type { UseCheck } from '../../licensing/index.ts';

export default class LicenseCheck extends SaharaCommand<typeof LicenseCheck, UseCheck> {
  static override summary = 'Ask whether assets may be used for what you want to do.';
  static override description =
    'Uses are train, finetune, distill, derive, evaluate, use and generate; with the result you may want to sell or share. Without a use, derive is taken, which asks most. Says yes or no, for each asset and clause, and what would mend it.';
  static override exits = { 4: 'It is not allowed; the result says why, and what would mend it.' };
  static override strict = false;
  static override examples = [
    '<%= config.bin %> license check penguins letters --for train,sell --account trainer',
    '<%= config.bin %> license check penguins --for finetune --terms CC-BY-SA-4.0 --json',
  ];
  static override args = {
    assets: Args.string({ description: 'Ids, names or publisher/name; several.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    for: Flags.string({ description: 'What for, separated by commas.', required: true, helpValue: 'A,B' }),
    terms: Flags.string({
      description: 'What the result is to be offered under: a preset, or a file.',
      helpValue: 'TERMS',
    }),
  };

  override async execute({
    argv,
    flags,
    session,
  }: Invocation<typeof LicenseCheck>): Promise<Outcome<UseCheck>> {
    const [{ checkUse, describeTerms, parseWishes, readTermsFile }, { useCheckText }, { resolveAccount }] =
      await Promise.all([
        import('../../licensing/index.ts'),
        import('../../cli/ui/license-check.ts'),
        import('../../config/index.ts'),
      ]);
    const wishes = parseWishes(flags.for);
    const terms = flags.terms === undefined ? undefined : await readTermsFile(flags.terms);
    const context = await session.context();
    const account = resolveAccount((await session.config()).account ?? 'trainer').address;
    const data = await checkUse(context, argv, wishes, { account, ...(terms ? { terms } : {}) });
    return {
      data,
      text: () => useCheckText(data, data.offer && describeTerms(data.offer)),
      exitCode: data.allowed ? 0 : 4,
      next: data.allowed
        ? [{ command: 'sahara license presets', when: 'to see terms to offer the result under' }]
        : data.problems
            .slice(0, 1)
            .flatMap(({ parent }) =>
              /^[\w./-]+$/.test(parent)
                ? [{ command: `sahara license show ${parent}`, when: 'to see what it is offered for' }]
                : [],
            ),
    };
  }
}

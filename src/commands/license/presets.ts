import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { Preset } from '../../licensing/index.ts';

export default class LicensePresets extends SaharaCommand<typeof LicensePresets, readonly Preset[]> {
  static override summary = 'List complete terms that have a name.';
  static override examples = [
    '<%= config.bin %> license presets',
    '<%= config.bin %> license presets --json',
  ];

  override async execute(_: Invocation<typeof LicensePresets>): Promise<Outcome<readonly Preset[]>> {
    const [{ PRESETS, describeTerms }, { bold }] = await Promise.all([
      import('../../licensing/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    return {
      data: PRESETS,
      text: PRESETS.map((p) => `${bold(p.name)}\n  ${p.about}\n  ${describeTerms(p.terms)}`).join('\n\n'),
      next: [
        {
          command: 'sahara license set penguins --preset open-use',
          when: 'to offer an asset under one of them',
        },
      ],
    };
  }
}

import { Args } from '@oclif/core';
import type { Verified } from '../../assets/index.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

export default class AssetVerify extends SaharaCommand<typeof AssetVerify, Verified> {
  static override summary = 'Check a version as a stranger would: content, signature, record.';
  static override description = 'Exits with 7 when something does not hold, and says what.';
  static override exits = { 7: 'Something does not hold; the result says what.' };
  static override examples = [
    '<%= config.bin %> asset verify penguins',
    '<%= config.bin %> asset verify penguins@1 --json',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name, with @N for a version.', required: true }),
  };

  override async execute({
    args,
    session,
    logger,
  }: Invocation<typeof AssetVerify>): Promise<Outcome<Verified>> {
    const [{ verifyAsset }, { style, safe }] = await Promise.all([
      import('../../assets/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const data = await verifyAsset(await session.context(), args.asset);
    for (const warning of data.warnings) logger.warn(warning);
    return {
      data,
      text: `${data.asset} verifies.\n\n${data.checks.map((c) => `${style('green', '✓')} ${c.check.padEnd(13)} ${safe(c.detail)}`).join('\n')}`,
    };
  }
}

import { Args, Flags } from '@oclif/core';
import { SaharaError } from '../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import type { Explanation } from '../cli/explain.ts';

export default class Explain extends SaharaCommand<typeof Explain, Explanation | Explanation[]> {
  static override summary = 'Say what an error means and what to do about it, or list all errors.';
  static override description =
    'The kind of an error decides the exit code, so that a script can tell classes of failures apart without knowing every code.';
  static override examples = [
    '<%= config.bin %> explain SAH-2001',
    '<%= config.bin %> explain devnet-not-running --json',
    '<%= config.bin %> explain --kind unavailable',
  ];
  static override args = { code: Args.string({ description: 'Code or name of an error.' }) };
  static override flags = {
    kind: Flags.option({
      options: ['failed', 'usage', 'not-found', 'denied', 'conflict', 'unavailable', 'verification'] as const,
    })({ description: 'List the errors of this kind only.' }),
  };

  override async execute({
    args,
    flags,
  }: Invocation<typeof Explain>): Promise<Outcome<Explanation | Explanation[]>> {
    const [{ explain, explanations }, { explanationText, listText }] = await Promise.all([
      import('../cli/explain.ts'),
      import('../cli/ui/explanation.ts'),
    ]);
    if (args.code !== undefined && flags.kind !== undefined)
      throw new SaharaError('USAGE', { message: 'Give either a code or --kind.', command: 'explain' });
    if (args.code !== undefined) {
      const data = explain(args.code);
      return { data, text: () => explanationText(data) };
    }
    const data = explanations(flags.kind);
    return { data, text: () => listText(data) };
  }
}

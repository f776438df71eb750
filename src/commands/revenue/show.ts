import { Args } from '@oclif/core';
import type { NextStep } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountLabel } from '../../config/index.ts';
import type { RevenueStatement } from '../../revenue/index.ts';

export default class RevenueShow extends SaharaCommand<typeof RevenueShow, RevenueStatement> {
  static override summary = 'Show who has earned what, and that no wei is missing.';
  static override examples = [
    '<%= config.bin %> revenue show',
    '<%= config.bin %> revenue show penguins --json',
  ];
  static override args = { asset: Args.string({ description: 'One asset (default: all).' }) };

  override async execute({
    args,
    session,
  }: Invocation<typeof RevenueShow>): Promise<Outcome<RevenueStatement>> {
    const [{ statement }, { earningsTable, booksTable, conservationLine }] = await Promise.all([
      import('../../revenue/index.ts'),
      import('../../cli/ui/revenue.ts'),
    ]);
    const data = await statement(await session.context(), args.asset);
    return {
      data,
      text: () =>
        [booksTable(data.books), earningsTable(data.earnings), conservationLine(data.conservation)]
          .filter(Boolean)
          .join('\n\n'),
      next: nextStep(data),
    };
  }
}

/** What there is to do: settle what waits, else claim what somebody is owed as an owner, else nothing. */
function nextStep({ books }: RevenueStatement): NextStep[] {
  if (books.some((b) => b.isWaiting))
    return [{ command: 'sahara revenue settle', when: 'to move what is unsettled' }];
  const owed = books.flatMap((b) => b.periods).find((p) => p.owed > 0n);
  if (!owed) return [];
  const command = `sahara revenue claim --for ${accountLabel(owed.owner)}`;
  return [{ command, when: 'to pay out what it has earned' }];
}

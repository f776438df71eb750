import { Args, Flags } from '@oclif/core';
import { formatBytes } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import type { BuiltList } from '../../revenue/index.ts';

export default class ContributorsBuild extends SaharaCommand<typeof ContributorsBuild, BuiltList> {
  static override summary = 'Make the tree of a list of contributors, as publishing would.';
  static override description =
    'Reads account,weight[,note] as CSV, or the same fields as lines of JSON; one row or a million. Needs no devnet. --out writes what is published: a line "account,weight", then for each contributor in order its address in lower case and its weight in digits.';
  static override writes = ['files'] as const;
  static override examples = [
    '<%= config.bin %> contributors build contributors.csv',
    '<%= config.bin %> contributors build people.ndjson --out contributors.csv',
  ];
  static override args = {
    file: Args.string({ description: 'The list, whose rows may name known accounts.', required: true }),
  };
  static override flags = {
    ...dryRunFlag,
    out: Flags.string({
      description: 'Write the list in its published form to this file.',
      helpValue: 'FILE',
    }),
  };

  override async execute({
    args,
    flags,
    signal,
    progress,
  }: Invocation<typeof ContributorsBuild>): Promise<Outcome<BuiltList>> {
    const [{ buildList }, { fields }] = await Promise.all([
      import('../../revenue/build-list.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const { out } = flags;
    const options = { dryRun: flags['dry-run'], signal, progress };
    const data = await buildList(args.file, { ...options, ...(out === undefined ? {} : { out }) });
    const written = flags['dry-run'] ? 'would be written' : 'written';
    return {
      data,
      text: () =>
        fields([
          ['root', data.root],
          ['total weight', data.totalWeight],
          ['contributors', data.count],
          ['proof', `${data.depth} hashes`],
          [written, data.out ? `${data.out.file}, ${formatBytes(data.out.bytes)}` : undefined],
        ]),
    };
  }
}

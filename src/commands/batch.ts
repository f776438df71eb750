import { Args, Flags } from '@oclif/core';
import type { BatchResult } from '../batch/index.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { accountFlag } from '../cli/flags/account.ts';
import { sendingFlags } from '../cli/flags/sending.ts';

export default class Batch extends SaharaCommand<typeof Batch, BatchResult> {
  static override summary = 'Do many operations in few transactions, each of them once.';
  static override description =
    'The file has one JSON object on each line: {"op": "revenue.pay", "asset": "penguins", "amount": "5", "account": "buyer", "id": "invoice-17"}. Operations: revenue.pay, revenue.settle, revenue.claim, market.buy, license.set, license.unset, account.send, account.unwrap, publish. All lines are checked before anything is sent. A line that fails leaves the others alone. The same file again does only what is not done yet. Exits with 1 when a line failed.';
  static override writes = ['chain', 'files'] as const;
  static override examples = [
    '<%= config.bin %> batch payments.ndjson --dry-run',
    '<%= config.bin %> batch payments.ndjson --account enterprise --stop-on-error',
    "jq -c '.[]' orders.json | <%= config.bin %> batch - -o ndjson",
  ];
  static override args = {
    file: Args.string({ description: 'The file of operations, or - for standard input.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    chunk: Flags.integer({
      description: 'At most so many operations in a transaction (default: 200).',
      min: 1,
      max: 1000,
    }),
    'stop-on-error': Flags.boolean({ description: 'Skip what comes after an operation that fails.' }),
  };

  override async execute({
    args,
    flags,
    session,
    output,
  }: Invocation<typeof Batch>): Promise<Outcome<BatchResult>> {
    const [{ digestOf, parseBatch, runBatch }, { batchText }, { readInput }] = await Promise.all([
      import('../batch/index.ts'),
      import('../cli/ui/batch.ts'),
      import('../cli/read-input.ts'),
    ]);
    const text = await readInput(args.file);
    const account = flags.account ?? (await session.config()).account ?? undefined;
    const items = await parseBatch(text, { file: args.file, account });
    const data = await runBatch(await session.context(), items, {
      digest: digestOf(text, account),
      stopOnError: flags['stop-on-error'],
      ...(flags.chunk === undefined ? {} : { chunk: flags.chunk }),
      onItem: (item) => output.event({ type: 'item', ...item }),
    });
    const { failed, skipped } = data.summary;
    return {
      data,
      text: () => batchText(data, flags['dry-run']),
      exitCode: failed + skipped > 0 ? 1 : 0,
    };
  }
}

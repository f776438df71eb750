import { Flags } from '@oclif/core';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';
import type { LiveState } from '../../devnet/index.ts';

type Data = LiveState & {
  /** How long it took, milliseconds. */
  waitedMs: number;
};

export default class DevnetWait extends SaharaCommand<typeof DevnetWait, Data> {
  static override summary = 'Wait until the devnet is ready: chain and content node answer.';
  static override description =
    'Starts nothing. The same as asking the URL that `devnet status` calls ready until it answers with 200.';
  static override exits = { 6: 'It was not ready in time.' };
  static override examples = [
    '<%= config.bin %> devnet wait',
    '<%= config.bin %> devnet wait --timeout 2m && npm test',
  ];
  static override flags = {
    ...devnetNameFlag,
    timeout: Flags.string({ description: 'How long at most, e.g. 30s.', default: '30s', helpValue: 'TIME' }),
  };

  override async execute({
    flags,
    session,
    signal,
    progress,
  }: Invocation<typeof DevnetWait>): Promise<Outcome<Data>> {
    const [{ waitForDevnet }, { parseWait }] = await Promise.all([
      import('../../devnet/index.ts'),
      import('../../cli/patience.ts'),
    ]);
    const timeoutMs = parseWait(flags.timeout);
    if (timeoutMs === undefined)
      throw new SaharaError('USAGE', {
        message: `--timeout ${flags.timeout} is no time; write it like 30s or 2m.`,
        command: 'devnet wait',
      });
    const name = await session.devnet(flags.name);
    progress.start('Waiting for the devnet');
    const { live, waitedMs } = await waitForDevnet({
      stateDir: session.project.stateDir,
      name,
      timeoutMs,
      signal,
    });
    progress.done();
    return {
      data: { ...live, waitedMs },
      text: `The devnet is ready after ${(waitedMs / 1000).toFixed(1)} s: chain ${live.chain.rpcUrl}, content ${live.content.api}.`,
    };
  }
}

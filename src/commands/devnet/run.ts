import { Args, Flags } from '@oclif/core';
import { SaharaError } from '../../base/errors.ts';
import { shellQuote } from '../../base/shell-quote.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';
import type { RanInDevnet } from '../../devnet/index.ts';

export default class DevnetRun extends SaharaCommand<typeof DevnetRun, RanInDevnet> {
  static override summary = 'Run a command with a devnet of its own, and leave nothing.';
  static override description =
    'It has a folder and ports of its own, so that many run side by side. The command finds it in its environment: SAHARA_RPC_URL, SAHARA_IPFS_API, ETH_RPC_URL and others; sahara commands in it use that devnet, too. Input, output and signals pass through, and the exit code is the command’s. With --json stdout is ours alone: what the command prints there goes to stderr.';
  static override exits = {
    6: 'The devnet could not be started, or ended before the command did.',
  };
  static override strict = false;
  static override usage = 'devnet run [flags] -- COMMAND [ARGUMENTS]';
  static override examples = [
    '<%= config.bin %> devnet run -- npm test',
    '<%= config.bin %> devnet run --keep -- npx vitest run',
    '<%= config.bin %> devnet run --json -- <%= config.bin %> publish penguins',
  ];
  static override args = {
    command: Args.string({ description: 'After --: a program and its arguments.', required: true }),
  };
  static override flags = {
    ...devnetNameFlag,
    keep: Flags.boolean({ description: 'Keep what was on the devnet in its folder, and say where that is.' }),
  };

  override async execute({
    argv,
    flags,
    output,
    session,
    signal,
  }: Invocation<typeof DevnetRun>): Promise<Outcome<RanInDevnet>> {
    const [{ runInDevnet }, { takeSignals }, config] = await Promise.all([
      import('../../devnet/index.ts'),
      import('../../cli/interrupt.ts'),
      session.config(),
    ]);
    // As they were typed: oclif takes a second -- out, and puts words that occur twice next to each other.
    const end = this.argv.indexOf('--');
    const [program, ...args] = this.argv.slice(end + 1);
    if (end === -1 || program === undefined || argv.length > args.length + 1)
      throw new SaharaError('USAGE', {
        message: 'The command stands behind --, as in: sahara devnet run -- npm test',
        command: 'devnet run',
      });
    const data = await runInDevnet({
      command: [program, ...args],
      name: await session.devnet(flags.name),
      contentNode: config.content.node,
      project: session.project.root,
      stdout: output.format === 'text' ? 'stdout' : 'stderr',
      keep: flags.keep,
      takeSignals,
      signal,
    });
    const at = `SAHARA_STATE_DIR=${shellQuote(`${data.kept}/.sahara`)} SAHARA_DEVNET=${data.devnet.name}`;
    return {
      data,
      text: '',
      exitCode: data.exitCode,
      next: data.kept
        ? [{ command: `${at} sahara devnet start`, when: 'to go on with the devnet that was kept' }]
        : [],
    };
  }
}

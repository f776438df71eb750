import { Config } from '@oclif/core';
import { EXIT_CODES } from './exit-codes.ts';
import { foreseen } from './foreseen.ts';
import { installInterrupts, interruptSignal, signalExitCode } from './interrupt.ts';
import { createOutput } from './output.ts';
import { requestedMode } from './output-mode.ts';
import { installStreams } from './streams.ts';

/**
 * Runs one command. Commands report their own failures; what arrives here never reached one.
 *
 * @param command as typed: "asset show". oclif is told the command instead of being left to find it: it would take
 *   what follows for more words of the name
 */
export async function runCommand(command: string, argv: string[], root: string): Promise<void> {
  installStreams();
  installInterrupts();
  const fail = async (error: unknown) => {
    const failure = foreseen(error, command, interruptSignal);
    const output = createOutput(requestedMode(argv), { command, version, startedAt: Date.now() });
    await output.failure(failure).catch(() => {});
    return signalExitCode() ?? EXIT_CODES[failure.kind];
  };
  let version = '';
  // What nobody caught is a bug, and is told as one, in the form that was asked for.
  process.on('uncaughtException', (error) => {
    fail(error).then((code) => process.exit(code));
  });
  try {
    const config = await Config.load({ root });
    version = config.version;
    await config.runCommand(command.replaceAll(' ', ':'), argv);
  } catch (error) {
    process.exitCode = await fail(error);
  }
}

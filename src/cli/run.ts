import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command, Config } from '@oclif/core';
import { EXIT_CODES } from './exit-codes.ts';
import { foreseen } from './foreseen.ts';
import { installInterrupts, interruptSignal, signalExitCode } from './interrupt.ts';
import { createOutput } from './output.ts';
import { requestedMode } from './output-mode.ts';
import { installStreams } from './streams.ts';

/**
 * Runs one command. Commands report their own failures; what arrives here never reached one.
 *
 * The command is loaded by its file and given what it needs, instead of being looked for by oclif: that would load the
 * plugins that we do not have, and take what follows the command for more words of its name.
 *
 * @param command as typed: "asset show"
 * @param file its file, below the root of the toolkit
 */
export async function runCommand(
  { command, file, version }: { command: string; file: string; version: string },
  argv: string[],
  root: string,
): Promise<void> {
  installInterrupts();
  const fail = async (error: unknown) => {
    const failure = foreseen(error, command, interruptSignal);
    const output = createOutput(requestedMode(argv), { command, version, startedAt: Date.now() });
    await output.failure(failure).catch(() => {});
    return signalExitCode() ?? EXIT_CODES[failure.kind];
  };
  // What nobody caught is a bug, and is told as one, in the form that was asked for.
  process.on('uncaughtException', (error) => {
    fail(error).then((code) => process.exit(code));
  });
  try {
    const { default: Class } = (await import(pathToFileURL(join(root, file)).href)) as { default: Runnable };
    // Only now: oclif brings listeners of its own for streams that fail.
    installStreams();
    Class.id = command.replaceAll(' ', ':');
    await new Class(argv, lightConfig(root, version))._run();
  } catch (error) {
    process.exitCode = await fail(error);
  }
}

type Runnable = { id: string; new (argv: string[], config: Config): { _run(): Promise<unknown> } & Command };

/** What oclif's base class asks of its configuration in parsing a line. */
function lightConfig(root: string, version: string): Config {
  const config: Pick<Config, 'bin' | 'name' | 'root' | 'version'> & { runHook(): Promise<unknown> } = {
    bin: 'sahara',
    name: 'sahara-devkit',
    root,
    version,
    runHook: async () => ({ successes: [], failures: [] }),
  };
  return config as unknown as Config;
}

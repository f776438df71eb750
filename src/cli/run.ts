import { Config, run } from '@oclif/core';
import { SaharaError } from '../base/errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { foreseen } from './foreseen.ts';
import { installInterrupts, interruptSignal, signalExitCode } from './interrupt.ts';
import { createOutput } from './output.ts';
import { requestedMode } from './output-mode.ts';
import { installStreams } from './streams.ts';
import { unknownCommand } from './unknown-command.ts';

/** Runs one command line. Commands report their own failures; what arrives here never reached a command. */
export async function runCommandLine(argv: string[], root: string): Promise<void> {
  installStreams();
  installInterrupts();
  installLastResort(argv);
  const config = await Config.load({ root });
  try {
    await run(argv, config);
  } catch (error) {
    const failure = asCommandLineError(error, argv, config);
    if (!failure) return;
    const command = knownCommand(argv, config) ?? wordsOf(argv).join(' ');
    const output = createOutput(requestedMode(argv), {
      command,
      version: config.version,
      startedAt: Date.now(),
    });
    await output.failure(failure).catch(() => {});
    process.exitCode = signalExitCode() ?? EXIT_CODES[failure.kind];
  }
}

/** What nobody caught is a bug, and is told as one, in the form that was asked for. */
function installLastResort(argv: string[]): void {
  process.on('uncaughtException', (error) => {
    const output = createOutput(requestedMode(argv), {
      command: wordsOf(argv).slice(0, 2).join(' '),
      version: '',
      startedAt: Date.now(),
    });
    const failure = foreseen(error, '', interruptSignal);
    const code = signalExitCode() ?? EXIT_CODES[failure.kind];
    output
      .failure(failure)
      .catch(() => {})
      .finally(() => process.exit(code));
  });
}

function asCommandLineError(error: unknown, argv: string[], config: Config): SaharaError | undefined {
  const e = error as { code?: string; oclif?: { exit?: number }; message?: string };
  if (e?.code === 'EEXIT' && e.oclif?.exit === 0) return undefined;
  if (/command .* not found/i.test(e?.message ?? '')) {
    const misplaced = usageOf(argv, config);
    if (misplaced) return new SaharaError('USAGE', misplaced) as SaharaError;
    return new SaharaError(
      'COMMAND_UNKNOWN',
      unknownCommand(wordsOf(argv), commandsOf(config)),
    ) as SaharaError;
  }
  return foreseen(error, '', interruptSignal);
}

/** What is wrong with a line that oclif finds no command in although it names one, or that names none at all. */
function usageOf(argv: string[], config: Config): { message: string; command: string } | undefined {
  const typed = wordsOf(argv);
  if (typed.length === 0) return { message: `${argv.join(' ')} is given without a command.`, command: '' };
  const command = knownCommand(argv, config);
  if (command === undefined) return undefined;
  if (argv[0]?.startsWith('-'))
    return { message: `Flags stand after the command: sahara ${command} ... ${argv[0]}`, command };
  const extra = typed.slice(command.split(' ').length);
  return {
    message: `Unexpected argument${extra.length > 1 ? 's' : ''}: ${extra.map((a) => `"${a}"`).join(', ')}. ${command} takes none.`,
    command,
  };
}

const wordsOf = (argv: string[]): string[] => argv.filter((a) => !a.startsWith('-'));
const commandsOf = (config: Config): string[] => config.commandIDs.map((id) => id.replaceAll(':', ' '));

/** The command that the words of a line begin with. */
function knownCommand(argv: string[], config: Config): string | undefined {
  const typed = wordsOf(argv);
  const known = commandsOf(config);
  return [2, 1].map((n) => typed.slice(0, n).join(' ')).find((words) => known.includes(words));
}

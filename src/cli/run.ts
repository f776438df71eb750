import { Config, run } from '@oclif/core';
import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { foreseen } from './foreseen.ts';
import { installInterrupts, interruptSignal, signalExitCode } from './interrupt.ts';
import { createOutput } from './output.ts';

/** Runs one command line. Commands report their own failures; what arrives here never reached a command. */
export async function runCommandLine(argv: string[], root: string): Promise<void> {
  installInterrupts();
  const config = await Config.load({ root });
  try {
    await run(argv, config);
  } catch (error) {
    const failure = asCommandLineError(error, argv, config);
    if (!failure) return;
    const output = createOutput(
      { json: argv.includes('--json'), quiet: false },
      {
        command: argv.filter((a) => !a.startsWith('-')).join(' '),
        version: config.version,
        startedAt: Date.now(),
      },
    );
    await output.failure(failure);
    process.exitCode = signalExitCode() ?? EXIT_CODES[failure.kind];
  }
}

function asCommandLineError(error: unknown, argv: string[], config: Config): SaharaError | undefined {
  const e = error as { code?: string; oclif?: { exit?: number }; message?: string };
  if (e?.code === 'EEXIT' && e.oclif?.exit === 0) return undefined;
  if (/command .* not found/i.test(e?.message ?? '')) {
    const typed = argv.filter((a) => !a.startsWith('-'));
    const known = config.commandIDs.map((id) => id.replaceAll(':', ' '));
    const words = typed.slice(0, 2).join(' ');
    const suggestion = suggest(words, known) ?? suggest(typed[0] ?? '', known);
    return new SaharaError('COMMAND_UNKNOWN', { command: words, suggestion }) as SaharaError;
  }
  return foreseen(error, '', interruptSignal);
}

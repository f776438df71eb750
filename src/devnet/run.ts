import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { SaharaError } from '../base/errors.ts';
import { findProgram } from './find-program.ts';
import { endTree } from './process-tree.ts';
import { startTemporaryDevnet, type TemporaryOptions } from './temporary.ts';

export type RunOptions = TemporaryOptions & {
  /** A program, as a shell would find it, and its arguments. */
  command: readonly [string, ...string[]];
  /** Where its stdout goes: ours, or to our stderr, where our stdout is taken. */
  stdout: 'stdout' | 'stderr';
  /** Stop the devnet in good order and leave its folder. */
  keep: boolean;
  /** Hands over the signals that this process gets, until what it returns is called. */
  takeSignals(handle: (signal: NodeJS.Signals) => void): () => void;
};

/** What came of a command that had a devnet of its own. */
export type RanInDevnet = {
  command: string[];
  /** The command's own; 128 and the number of the signal where one ended it. */
  exitCode: number;
  /** The signal that ended it, e.g. SIGTERM; null where it ended by itself. */
  signal: string | null;
  /** From the first step until the devnet was ready, milliseconds. */
  startedInMs: number;
  /** How long the command ran, milliseconds. */
  ranMs: number;
  /** Where the devnet was while it ran. */
  devnet: { name: string; rpcUrl: string; chainId: number; api: string; gateway: string };
  /** The folder that was kept; null where nothing was. */
  kept: string | null;
};

/** A command that is told to end, because its devnet has, is killed after this time. Milliseconds. */
const GRACE_MS = 5000;

/**
 * Runs a command with a devnet of its own, with our stdin, stdout and stderr, and ends the devnet whatever happens.
 *
 * @throws COMMAND_NOT_STARTED before anything is started; DEVNET_ENDED, and what starting a devnet throws
 */
export async function runInDevnet(options: RunOptions): Promise<RanInDevnet> {
  const [program, ...args] = options.command;
  const env = process.env;
  const file = findProgram(program, env);
  const begun = performance.now();
  const devnet = await startTemporaryDevnet(options);
  const ready = performance.now();
  let kept: string | null = null;
  try {
    const child = spawn(file, args, {
      stdio: ['inherit', options.stdout === 'stderr' ? 2 : 'inherit', 'inherit'],
      env: { ...env, ...devnet.env },
      argv0: program,
    });
    const result = await follow(child, program, devnet.ended, options.takeSignals);
    const { chain, content } = devnet.live;
    const ranMs = performance.now() - ready;
    if (options.keep) {
      await devnet.keep();
      kept = devnet.dir;
    }
    return {
      command: [...options.command],
      ...result,
      startedInMs: Math.round(ready - begun),
      ranMs: Math.round(ranMs),
      devnet: {
        name: devnet.name,
        rpcUrl: chain.rpcUrl,
        chainId: chain.chainId,
        api: content.api,
        gateway: content.gateway,
      },
      kept,
    };
  } finally {
    if (!kept) await devnet.discard();
  }
}

/** Waits for the end of the command, and passes on what it is told meanwhile. */
async function follow(
  child: ChildProcess,
  program: string,
  devnetEnded: Promise<string>,
  takeSignals: RunOptions['takeSignals'],
): Promise<Pick<RanInDevnet, 'exitCode' | 'signal'>> {
  let told = 0;
  const letGo = takeSignals((signal) => {
    // Nobody waits a third time: the devnet ends with us.
    if (++told > 2) process.exit(codeOf(signal));
    if (told === 2) return void endTree(child, 0);
    // Ctrl-C reaches every program on the terminal; sent to us alone, it is passed on.
    const hasIt = signal === 'SIGINT' && (isatty(0) || isatty(2));
    if (!hasIt) child.kill(signal);
  });
  let lost: string | undefined;
  void devnetEnded.then((how) => {
    lost = how;
    return endTree(child, GRACE_MS);
  });
  try {
    const [code, by] = (await once(child, 'exit').catch((error: Error) => {
      throw new SaharaError(
        'COMMAND_NOT_STARTED',
        { command: program, reason: error.message },
        { cause: error },
      );
    })) as [number | null, NodeJS.Signals | null];
    if (lost !== undefined)
      throw new SaharaError('DEVNET_ENDED', { command: program, reason: `the supervisor ended (${lost})` });
    return { exitCode: by ? codeOf(by) : (code ?? 1), signal: by };
  } finally {
    letGo();
  }
}

const codeOf = (signal: NodeJS.Signals): number => 128 + (constants.signals[signal] ?? 0);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { toolkitRoot } from '../devnet/index.ts';

export type RanCommand = {
  /** Exit code; 128 and more for a signal. */
  exit: number;
  /** What it printed on both streams, where that was captured. */
  printed: string | null;
};

/** A child that is still there so long after an interruption is ended. Milliseconds. */
const GRACE_MS = 2_000;

/** Prints a file as `cat` does, on every system. */
const CAT = 'process.stdout.write(require("node:fs").readFileSync(process.argv[1]))';

/**
 * Variables that would lead a command away from the tutorial's own folder and devnet, and a pager, that would wait for
 * a key.
 */
const OWN: Record<string, string | undefined> = {
  SAHARA_PROJECT: undefined,
  SAHARA_STATE_DIR: undefined,
  SAHARA_DEVNET: undefined,
  SAHARA_ACCOUNT: undefined,
  SAHARA_NETWORK: undefined,
  SAHARA_RPC_URL: undefined,
  SAHARA_CHAIN_ID: undefined,
  SAHARA_IPFS_API: undefined,
  SAHARA_IPFS_GATEWAY: undefined,
  SAHARA_PAGER: 'cat',
};

/**
 * Runs the command of a step, exactly as it is shown, as a process of its own.
 *
 * @param capture keep what it prints; else it shares our terminal
 * @throws the reason of the signal, once the command has ended
 */
export async function runCommand(
  command: string,
  { root, signal, capture }: { root: string; signal: AbortSignal; capture: boolean },
): Promise<RanCommand> {
  const [program = '', ...words] = command.split(' ');
  const args = program === 'cat' ? ['-e', CAT, ...words] : [join(toolkitRoot(), 'bin', 'run.js'), ...words];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...OWN },
    stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
    });
  // Ctrl-C reaches the child by itself; what was sent to us alone is passed on, a moment later.
  let timer: NodeJS.Timeout | undefined;
  const pass = () => {
    timer = setTimeout(() => child.kill('SIGTERM'), GRACE_MS);
  };
  signal.addEventListener('abort', pass, { once: true });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    return { exit: code ?? 128, printed: capture ? printed : null };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', pass);
  }
}

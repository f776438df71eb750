import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import type { ProcessIdentity } from '../live-state.ts';
import { endProcess, identify } from '../process-identity.ts';

/** A child process with its log: the shape that every service of the devnet has. */
export type Service = {
  identity: ProcessIdentity;
  /** Resolves with a line about how it ended, whenever that is. */
  ended: Promise<string>;
  stop(): Promise<void>;
};

export type Spawned = Service & { firstLine(match: RegExp, timeoutMs: number): Promise<RegExpExecArray> };

/** Starts a program with its output in a log file. The environment given is the whole environment. */
export function spawnService(
  file: string,
  args: string[],
  log: string,
  env: NodeJS.ProcessEnv = process.env,
): Spawned {
  mkdirSync(dirname(log), { recursive: true });
  const stream = createWriteStream(log, { flags: 'a' });
  stream.write(`--- started ${new Date().toISOString()}\n`);
  const child = execa(file, args, {
    stdin: 'pipe',
    reject: false,
    buffer: false,
    env,
    extendEnv: false,
    cleanup: true,
  });
  child.stdout?.pipe(stream, { end: false });
  child.stderr?.pipe(stream, { end: false });

  const ended = child.then((result) => {
    stream.end();
    return result.signal
      ? `ended by ${result.signal}`
      : `exited with code ${result.exitCode ?? result.shortMessage}`;
  });
  const identity = (child.pid ? identify(child.pid) : null) ?? { pid: child.pid ?? -1, startTime: null };

  return {
    identity,
    ended,
    async stop() {
      if (child.pid) await endProcess(identity);
      await ended;
    },
    firstLine(match, timeoutMs) {
      return new Promise((resolve, reject) => {
        let seen = '';
        const timer = setTimeout(
          () => reject(new Error(`no answer within ${timeoutMs / 1000} s`)),
          timeoutMs,
        );
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          child.stdout?.off('data', look);
          settle();
        };
        const look = (chunk: Buffer) => {
          seen += chunk.toString();
          const found = match.exec(seen);
          if (found) finish(() => resolve(found));
        };
        child.stdout?.on('data', look);
        void ended.then((how) => finish(() => reject(new Error(`${how}: ${lastLines(log, 3)}`))));
      });
    },
  };
}

/** The end of a log, for an error message. */
export function lastLines(log: string, count: number): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).join(' | ');
  } catch {
    return '';
  }
}

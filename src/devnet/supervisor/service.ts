import { createWriteStream, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { makeFolder } from '../../base/make-folder.ts';
import type { ProcessIdentity } from '../live-state.ts';
import { endProcess, identify } from '../process-identity.ts';

/** A log that is longer when its service starts is set aside, and what was set aside before goes. */
const MAX_LOG_BYTES = 4 * 1024 * 1024;

/** How a process's part of a log begins. */
export const STARTED = '--- started ';

/** A child process with its log: the shape that every service of the devnet has. */
export type Service = {
  identity: ProcessIdentity;
  /** Resolves with a line about how it ended, whenever that is. */
  ended: Promise<string>;
  stop(): Promise<void>;
};

export type Spawned = Service & {
  firstLine(match: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
  /** From now on its standard output goes there, and no longer into the log. */
  takeOutput(listener: (chunk: Buffer) => void): void;
};

/**
 * Starts a program with its output in a log file. The environment given is the whole environment.
 *
 * @param graceMs how long it may take to end when it is told to, before it is killed
 */
export function spawnService(
  file: string,
  args: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv = process.env,
  graceMs?: number,
): Spawned {
  makeFolder(dirname(log));
  rotate(log);
  const stream = createWriteStream(log, { flags: 'a' });
  // On a full disk there is no log; that must not end the devnet.
  stream.on('error', () => {});
  stream.write(`${STARTED}${new Date().toISOString()}\n`);
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

  // What this run said: the log also holds what earlier ones did.
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-8192);
  };
  for (const output of [child.stdout, child.stderr]) output?.on('data', listen);

  const ended = child.then(async (result) => {
    // Whoever learns that it has ended may read in the log why.
    if (!stream.destroyed) await new Promise<void>((written) => stream.end(() => written()));
    return result.signal
      ? `ended by ${result.signal}`
      : `exited with code ${result.exitCode ?? result.shortMessage}`;
  });
  const identity = (child.pid ? identify(child.pid) : null) ?? { pid: child.pid ?? -1, startTime: null };

  return {
    identity,
    ended,
    async stop() {
      if (child.pid) await endProcess(identity, graceMs);
      await ended;
    },
    takeOutput(listener) {
      child.stdout?.off('data', listen);
      // Which pauses it.
      child.stdout?.unpipe(stream);
      child.stdout?.on('data', listener).resume();
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
        void ended.then((how) => finish(() => reject(new Error(`${how}: ${endOf(said, 3)}`))));
      });
    },
  };
}

function endOf(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join(' | ');
}

function rotate(log: string): void {
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) renameSync(log, `${log}.1`);
}

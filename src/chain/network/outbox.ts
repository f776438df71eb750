import { linkSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import type { Address, Hex } from '../../base/hex.ts';
import { makeFolder } from '../../base/make-folder.ts';

/**
 * A signed transaction that nobody has reported as done. It is written before it is sent: whatever ends the process
 * after that, the next one finds it, and need not guess. Nothing in it is secret.
 */
export type Sent = {
  nonce: number;
  hash: Hex;
  raw: Hex;
  /** The same call under the same number for less, which may be done as well as this one; never both. */
  cheaper?: Hex[];
  /** What the call is, to tell whether another run wants the same: receiver, data, wei in decimal. */
  to: Address;
  data: Hex;
  value: string;
  what: string;
  /** The process that sends it, and when that began: process ids are used again. */
  pid: number;
  started: string | null;
};

/** What this very process is sending, or has seen done, by hash. */
const ours = new Set<Hex>();

/** What an account has sent on a chain and not yet heard of. */
export type Outbox = {
  /** In the order of their nonces. */
  list(): Sent[];
  /** Takes the nonce for this transaction; false when another process was first. */
  take(sent: Sent): boolean;
  /** Notes the second in place of the first, which has the same number. */
  replace(sent: Sent, by: Sent): void;
  /** It is reported, or can never be done. */
  drop(sent: Sent): void;
};

/** @param folder null: nothing is remembered, and nobody else is heeded */
export function openOutbox(folder: string | null, chainId: number, account: Address): Outbox {
  if (folder === null)
    return {
      list: () => [],
      take: () => true,
      replace: () => {},
      drop: ({ hash }) => void ours.delete(hash),
    };
  const own = join(folder, `${chainId}-${account.toLowerCase()}`);
  const pathOf = (nonce: number) => join(own, `${nonce}.json`);
  return {
    list() {
      let names: string[];
      try {
        names = readdirSync(own);
      } catch {
        return [];
      }
      for (const name of names) if (isLeftOver(name)) rmSync(join(own, name), { force: true });
      return names
        .flatMap((name) => (/^\d+\.json$/.test(name) ? read(join(own, name)) : []))
        .sort((a, b) => a.nonce - b.nonce);
    },
    take(sent) {
      makeFolder(own);
      const path = pathOf(sent.nonce);
      const whole = join(own, `.${sent.nonce}.${process.pid}`);
      writeFileAtomic(whole, JSON.stringify(sent), 0o600);
      try {
        // Of two processes one makes the link, and it is never seen half written.
        linkSync(whole, path);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      } finally {
        rmSync(whole, { force: true });
      }
    },
    replace(sent, by) {
      if (read(pathOf(sent.nonce))[0]?.hash === sent.hash)
        writeFileAtomic(pathOf(sent.nonce), JSON.stringify(by), 0o600);
    },
    drop(sent) {
      ours.delete(sent.hash);
      const there = read(pathOf(sent.nonce))[0];
      if (there?.hash === sent.hash) rmSync(pathOf(sent.nonce), { force: true });
    },
  };
}

/** Half of a note, by a process that was killed at it. */
function isLeftOver(name: string): boolean {
  const pid = Number(/^\.\d+\.(\d+)/.exec(name)?.[1] ?? process.pid);
  return pid !== process.pid && !isThere(pid);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function read(path: string): Sent[] {
  try {
    return [JSON.parse(readFileSync(path, 'utf8')) as Sent];
  } catch {
    return [];
  }
}

/** True while the process that sends it lives and is at it, and of what this process has done. */
export function isBeingSent({ pid, started, hash }: Sent): boolean {
  if (ours.has(hash)) return true;
  return pid !== process.pid && isThere(pid) && started === startOf(pid);
}

/** Notes that this process is at it, for as long as `work` takes, and after it until it is dropped. */
export async function whileSending<R>(hash: Hex, work: () => Promise<R>): Promise<R> {
  ours.add(hash);
  try {
    return await work();
  } catch (error) {
    ours.delete(hash);
    throw error;
  }
}

/** When a process began, in the kernel's own count (proc(5), field 22 of stat); null where that cannot be told. */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

// A lock between processes: two `npm test` on a fresh clone must not both install.
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
/** Longer than any stall of a busy machine; a holder that has not touched its lock for so long is gone. */
const STALE_MS = 60_000;

function read(path) {
  try {
    return { text: readFileSync(path, 'utf8'), mtimeMs: statSync(path).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isStale({ text, mtimeMs }) {
  const pid = Number.parseInt(text, 10);
  // A file without a pid is one whose writer died in between, or is about to write: give it a moment.
  if (!Number.isInteger(pid)) return Date.now() - mtimeMs > HEARTBEAT_MS;
  return !isAlive(pid) || Date.now() - mtimeMs > STALE_MS;
}

function takeAway(path, expected) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  // Somebody may have replaced the stale lock between our look and our rename: then it goes back.
  if (readFileSync(aside, 'utf8') !== expected) {
    try {
      linkSync(aside, path);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
  rmSync(aside, { force: true });
}

/**
 * Runs `work` while holding the lock at `path`. `onWait(pid)` is called once when another process holds it.
 * The lock is released when `work` is done or fails, and is taken over from a holder that died.
 */
export async function withLock(path, work, onWait = () => {}) {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${process.pid} ${Date.now()} ${Math.random().toString(36).slice(2)}\n`;
  let told = false;
  for (;;) {
    try {
      writeFileSync(path, own, { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = read(path);
    if (!holder) continue;
    if (isStale(holder)) {
      takeAway(path, holder.text);
      continue;
    }
    if (!told) onWait(Number.parseInt(holder.text, 10));
    told = true;
    await sleep(250);
  }
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The folder was removed under us; the work itself will say so.
    }
  }, HEARTBEAT_MS);
  beat.unref();
  const release = () => {
    clearInterval(beat);
    if (read(path)?.text === own) rmSync(path, { force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

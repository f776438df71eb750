import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { base58btc } from 'multiformats/bases/base58';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';

/** Who has a repo open. `started` tells a process from a later one with the same id. */
type Holder = { pid: number; started: string };

/**
 * Takes the repo for this process, or throws CONTENT_REPO_LOCKED. A lock whose process is gone is taken over.
 *
 * @returns gives the lock back
 */
export function lockRepo(dir: string): () => void {
  makeFolder(dir);
  const path = join(dir, 'lock.json');
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? '' } satisfies Holder);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        // A link appears complete or not at all, so nobody ever reads half a lock.
        linkSync(draft, path);
        return () => {
          if (readText(path) === mine) rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const text = readText(path);
      if (text === undefined) continue;
      const holder = parseHolder(text);
      if (holder !== undefined && isAlive(holder)) {
        throw new SaharaError('CONTENT_REPO_LOCKED', { path: dir, pid: holder.pid });
      }
      const aside = `${path}.stale.${process.pid}`;
      try {
        renameSync(path, aside);
        // Another process may have replaced the stale lock between our look and our move: give it back.
        if (readText(aside) !== text) linkSync(aside, path);
      } catch {
        // Someone else was faster; look again.
      }
      rmSync(aside, { force: true });
    }
    const pid = parseHolder(readText(path) ?? '')?.pid ?? 0;
    throw new SaharaError('CONTENT_REPO_LOCKED', { path: dir, pid });
  } finally {
    rmSync(draft, { force: true });
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Holder;
    return Number.isSafeInteger(value.pid) && value.pid > 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (pid === process.pid) return started === startOf(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const [state] = statOf(pid);
  // A process that has ended and was not yet taken note of (in a container without an init, it never is).
  if (state === 'Z' || state === 'X') return false;
  const now = startOf(pid);
  // Where the start time cannot be read a live process id has to count as the holder.
  return now === undefined || started === '' || now === started;
}

/** When a process started, in clock ticks since boot (Linux, proc_pid_stat(5) field 22), else undefined. */
function startOf(pid: number): string | undefined {
  return statOf(pid)[19];
}

/** The fields from the third on: the second is a name in brackets that may itself contain brackets and spaces. */
function statOf(pid: number): string[] {
  const stat = readText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
}

export type Peer = { id: string; publicKey: string };

/** The node's Ed25519 identity, made on first use (mode 0600). */
export function loadPeer(dir: string): Peer {
  const path = join(dir, 'identity.pem');
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileAtomic(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), 0o600);
  }
  const jwk = publicKeyIn(path).export({ format: 'jwk' });
  // libp2p's PublicKey protobuf (type Ed25519, 32 bytes of data), then as an identity multihash in base58.
  // https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md
  const key = Buffer.concat([Buffer.from([0x08, 0x01, 0x12, 0x20]), Buffer.from(jwk.x ?? '', 'base64url')]);
  const id = base58btc.encode(Buffer.concat([Buffer.from([0x00, key.length]), key])).slice(1);
  return { id, publicKey: key.toString('base64') };
}

function publicKeyIn(path: string): KeyObject {
  const pem = readFileSync(path);
  try {
    return createPublicKey(createPrivateKey(pem));
  } catch (error) {
    throw new Error(`${path} is no key; once it is removed the node makes a new one`, { cause: error });
  }
}

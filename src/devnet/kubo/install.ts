import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { type Progress, silentProgress } from '../../base/progress.ts';
import { archiveOf, DISTRIBUTION, KUBO_VERSION, kuboFolder, PROGRAM } from './distribution.ts';
import { downloadFile, downloadText, parseAddress } from './download.ts';
import { BadArchive, fileInTar } from './untar.ts';

export type InstallOptions = {
  /** E.g. 0.43.1; default: {@link KUBO_VERSION}. */
  version?: string | undefined;
  /** Folder for the program. Default: the one that devnets look into. */
  dir?: string | undefined;
  /** Base address of a copy of the distribution. */
  mirror?: string | undefined;
  dryRun?: boolean | undefined;
  /** How long the server may be silent, milliseconds. Default 30,000. */
  silenceMs?: number;
  progress?: Progress;
  signal?: AbortSignal | undefined;
};

export type InstalledKubo = {
  /** Without the v, e.g. 0.43.1. */
  version: string;
  /** In Go's words, e.g. linux-amd64. */
  platform: string;
  /** Address of the archive. */
  url: string;
  /** The program. */
  path: string;
  /** sha2-512 of the archive, hexadecimal, as its publisher gives it; null where nothing was asked for it. */
  sha512: string | null;
  /** True when it was there, whole, and nothing was downloaded. */
  alreadyInstalled: boolean;
  /** True when devnets find it by themselves; else KUBO_BINARY has to name it. */
  found: boolean;
};

/** What stands beside the program, so that a second installation can tell that there is nothing to do. */
type InstallRecord = { version: string; url: string; sha512: string; programSha256: string };

/**
 * Installs Kubo: download, checksum, the one file that matters out of the archive, all or nothing.
 *
 * @throws KUBO_PLATFORM, KUBO_UNREACHABLE, KUBO_NOT_PUBLISHED, KUBO_CHECKSUM, KUBO_ARCHIVE, CONTENT_WRITE_FAILED
 */
export async function installKubo(options: InstallOptions = {}): Promise<InstalledKubo> {
  const version = options.version ?? KUBO_VERSION;
  const base = (options.mirror ?? DISTRIBUTION).replace(/\/+$/, '');
  const archive = archiveOf(version, base);
  parseAddress(archive.url);
  const dir = resolve(options.dir ?? kuboFolder());
  const path = join(dir, PROGRAM);
  const result = { version, platform: archive.platform, url: archive.url, path, found: dir === kuboFolder() };
  const record = readRecord(dir);
  if (record?.version === version && (await sumOf(path)) === record.programSha256)
    return { ...result, url: record.url, sha512: record.sha512, alreadyInstalled: true };
  if (options.dryRun) return { ...result, sha512: null, alreadyInstalled: false };
  try {
    makeFolder(dir);
    const progress = options.progress ?? silentProgress;
    const sha512 = await install(archive, dir, path, { silenceMs: 30_000, ...options, progress }, version);
    return { ...result, sha512, alreadyInstalled: false };
  } catch (error) {
    throw writeFailure(error, dir);
  }
}

async function install(
  { name, url }: { name: string; url: string },
  dir: string,
  path: string,
  options: { silenceMs: number; progress: Progress; signal?: AbortSignal | undefined },
  version: string,
): Promise<string> {
  const expected = /^([0-9a-f]{128})\b/i
    .exec(await downloadText(`${url}.sha512`, options))?.[1]
    ?.toLowerCase();
  if (expected === undefined)
    throw new SaharaError('KUBO_CHECKSUM', { url, reason: `${url}.sha512 holds no checksum` });
  const download = () => downloadFile(url, join(dir, name), options);
  let got = await download();
  try {
    // What an earlier try had left may have been of another archive; from its beginning it is worth another look.
    if (got.sha512 !== expected && got.resumed) {
      rmSync(got.file, { force: true });
      got = await download();
    }
    if (got.sha512 !== expected)
      throw new SaharaError('KUBO_CHECKSUM', {
        url,
        reason: `its sha512 is ${short(got.sha512)}, and ${short(expected)} was promised`,
      });
    const programSha256 = await unpack(got.file, url, path, options.signal);
    const record: InstallRecord = { version, url, sha512: expected, programSha256 };
    writeFileAtomic(recordOf(dir), `${JSON.stringify(record, null, 2)}\n`);
    return expected;
  } finally {
    rmSync(got.file, { force: true });
  }
}

/** Puts the program in its place in one step. @returns its sha2-256 */
async function unpack(archive: string, url: string, path: string, signal?: AbortSignal): Promise<string> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`;
  const sum = createHash('sha256');
  const plain = createGunzip();
  // Its failure comes out of what it feeds.
  const feeding = pipeline(createReadStream(archive), plain).catch(() => {});
  try {
    const file = await open(temporary, 'wx', 0o755);
    try {
      for await (const chunk of fileInTar(plain, 'kubo/ipfs')) {
        signal?.throwIfAborted();
        sum.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    renameSync(temporary, path);
    return sum.digest('hex');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (cause instanceof BadArchive || code?.startsWith('Z_'))
      throw new SaharaError('KUBO_ARCHIVE', { url, reason: message }, { cause });
    throw cause;
  } finally {
    plain.destroy();
    await feeding;
    rmSync(temporary, { force: true });
  }
}

const recordOf = (dir: string) => join(dir, 'installed.json');

function readRecord(dir: string): InstallRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordOf(dir), 'utf8')) as InstallRecord;
  } catch {
    return undefined;
  }
}

async function sumOf(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(path)) sum.update(chunk as Buffer);
  return sum.digest('hex');
}

const short = (sum: string) => `${sum.slice(0, 16)}…`;

function writeFailure(error: unknown, dir: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof SaharaError || code === undefined || syscall === undefined) return error;
  const reason = code === 'ENOSPC' ? 'the disk is full' : code;
  return new SaharaError('CONTENT_WRITE_FAILED', { path: dir, reason }, { cause: error });
}

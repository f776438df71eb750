import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { SaharaError } from '../../base/errors.ts';
import type { Progress } from '../../base/progress.ts';
import { identify } from '../process-identity.ts';

export type DownloadOptions = {
  /** How long the server may be silent, milliseconds. */
  silenceMs: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
};

/** How often a download that made progress and was cut off goes on by itself. */
const TRIES = 4;
const MAX_REDIRECTS = 5;
/** Nothing that is read as text is longer than this. Bytes. */
const MAX_TEXT = 64 * 1024;

/**
 * A small file as text.
 *
 * @throws KUBO_UNREACHABLE, KUBO_NOT_PUBLISHED
 */
export async function downloadText(url: string, options: DownloadOptions): Promise<string> {
  const response = await request(url, {}, options);
  if (response.statusCode !== 200) throw refusal(url, response);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_TEXT) throw new Error('it is far longer than a checksum');
      chunks.push(chunk);
    }
  } catch (cause) {
    throw unreachable(url, cause, options);
  }
  return Buffer.concat(chunks).toString();
}

/**
 * Downloads a file. What an earlier try left is gone on with, also that of a process that was killed; a part that
 * another live process works on is left alone.
 *
 * @param path what it is called; as several processes may download it at once, each adds something to that
 * @returns where it is, its sha2-512, and whether it is the continuation of an earlier try
 * @throws KUBO_UNREACHABLE, KUBO_NOT_PUBLISHED; what has come is kept
 */
export async function downloadFile(
  url: string,
  path: string,
  options: DownloadOptions,
): Promise<{ file: string; sha512: string; resumed: boolean }> {
  const part = `${path}.${process.pid}.part`;
  const left = leftovers(path)[0];
  try {
    if (left !== undefined && left !== part) renameSync(left, part);
  } catch {
    // Another process was faster.
  }
  const resumed = sizeOf(part) > 0;
  for (let tries = 1; ; tries++) {
    const before = sizeOf(part);
    try {
      await fetchRest(url, part, before, options);
      break;
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      const isCut = error instanceof SaharaError && error.id === 'KUBO_UNREACHABLE';
      if (!isCut || tries >= TRIES || sizeOf(part) <= before) throw error;
    }
  }
  const sum = createHash('sha512');
  for await (const chunk of createReadStream(part)) sum.update(chunk as Buffer);
  return { file: part, sha512: sum.digest('hex'), resumed };
}

/** Appends what is missing. */
async function fetchRest(url: string, part: string, from: number, options: DownloadOptions): Promise<void> {
  const response = await request(url, from > 0 ? { range: `bytes=${from}-` } : {}, options);
  const status = response.statusCode ?? 0;
  if (status === 416) {
    // It is longer than the file, or as long: the checksum will tell.
    response.destroy();
    const total = Number(/^bytes \*\/(\d+)$/.exec(response.headers['content-range'] ?? '')?.[1]);
    if (total === from) return;
    rmSync(part, { force: true });
    await fetchRest(url, part, 0, options);
    return;
  }
  const continues =
    status === 206 && new RegExp(`^bytes ${from}-`).test(response.headers['content-range'] ?? '');
  if (status !== 200 && !continues) throw refusal(url, response);
  const start = continues ? from : 0;
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  const { progress } = options;
  progress.start('Downloading', Number.isFinite(length) ? start + length : undefined, 'bytes');
  if (start > 0) progress.advance(start);
  const file = createWriteStream(part, { flags: continues ? 'a' : 'w' });
  let got = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      got += chunk.length;
      progress.advance(chunk.length);
      if (!file.write(chunk))
        await new Promise<void>((go, fail) => file.once('drain', go).once('error', fail));
    }
    if (Number.isFinite(length) && got !== length) throw new Error('it cut the connection');
  } catch (cause) {
    throw isDisk(cause) ? cause : unreachable(url, cause, options);
  } finally {
    file.end();
    await finished(file);
  }
  progress.done();
}

/** Asks, follows redirects, and watches over silence until the answer has been read. */
async function request(
  url: string,
  headers: Record<string, string>,
  options: DownloadOptions,
  redirects = 0,
): Promise<IncomingMessage> {
  const address = parseAddress(url);
  const http =
    address.protocol === 'https:'
      ? (process.getBuiltinModule('node:https') as unknown as typeof import('node:http'))
      : process.getBuiltinModule('node:http');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const { silenceMs, signal } = options;
    const sent = http.request(address, {
      // Compressed on the way, lengths and ranges would mean something else.
      headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': 'sahara-devkit' },
      timeout: silenceMs,
      ...(signal === undefined ? {} : { signal }),
    });
    let answer: IncomingMessage | undefined;
    sent.on('timeout', () => (answer ?? sent).destroy(new Error(`it was silent for ${silenceMs / 1000} s`)));
    sent.on('error', reject);
    sent.on('response', (response) => {
      answer = response;
      resolve(response);
    });
    sent.end();
  }).catch((cause) => {
    throw unreachable(url, cause, options);
  });
  const to = response.headers.location;
  if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || to === undefined) return response;
  response.destroy();
  if (redirects >= MAX_REDIRECTS) throw unreachable(url, new Error('it redirects without end'), options);
  return await request(new URL(to, url).href, headers, options, redirects + 1);
}

/** Encrypted, or on this machine: nobody on the way may change both the archive and its checksum. */
export function parseAddress(url: string): URL {
  let address: URL;
  try {
    address = new URL(url);
  } catch (cause) {
    throw new SaharaError('KUBO_UNREACHABLE', { url, reason: 'it is no address' }, { cause });
  }
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(address.hostname);
  if (address.protocol !== 'https:' && !(address.protocol === 'http:' && isLocal))
    throw new SaharaError('KUBO_UNREACHABLE', { url, reason: 'it is not https' });
  return address;
}

function refusal(url: string, response: IncomingMessage): SaharaError {
  response.destroy();
  const { statusCode = 0 } = response;
  return statusCode === 404 || statusCode === 410
    ? new SaharaError('KUBO_NOT_PUBLISHED', { url })
    : new SaharaError('KUBO_UNREACHABLE', { url, reason: `it answers ${statusCode}` });
}

function unreachable(url: string, cause: unknown, { signal }: DownloadOptions): unknown {
  if (signal?.aborted) return signal.reason;
  if (cause instanceof SaharaError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there',
    ECONNRESET: 'it cut the connection',
    ENOTFOUND: 'its name cannot be resolved',
    EAI_AGAIN: 'its name cannot be resolved',
  };
  const reason =
    reasons[code ?? ''] ?? (message === 'aborted' ? 'it cut the connection' : message || code || 'unknown');
  return new SaharaError('KUBO_UNREACHABLE', { url, reason }, { cause });
}

/** A failure of the file, not of the network. */
function isDisk(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code !== undefined && ['open', 'write', 'close'].includes(syscall ?? '');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Parts of this file that nobody works on any more, the largest first. */
export function leftovers(path: string): string[] {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+\.part$/.test(name.slice(prefix.length)))
    .filter((name) => {
      const pid = Number.parseInt(name.slice(prefix.length), 10);
      return pid === process.pid || identify(pid) === null;
    })
    .map((name) => join(folder, name))
    .sort((a, b) => sizeOf(b) - sizeOf(a));
}

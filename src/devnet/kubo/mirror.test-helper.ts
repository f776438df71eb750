import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type TarEntry, tar } from '../../content/node/tar.ts';
import { archiveOf, KUBO_VERSION } from './distribution.ts';

/** What is wrong with a copy of the distribution. Each holds until it is taken back. */
export type Faults = {
  /** The archive is cut off after so many bytes of each answer. */
  cutAfter?: number;
  /** Nothing more is sent after so many bytes of the archive. */
  silentAfter?: number;
  /** Ranges are not heeded. */
  noRanges?: boolean;
  /** Answered to everything. */
  status?: number;
  /** What stands in the .sha512. */
  sum?: string;
  /** Everything is somewhere else. */
  redirectTo?: string;
};

export type Mirror = {
  url: string;
  faults: Faults;
  archive: Buffer;
  /** Paths that were asked for, with the range where there was one. */
  asked: string[];
  close(): void;
};

/** A program as far as `--version` goes. */
export const PROGRAM_TEXT = `#!/bin/sh\necho "ipfs version ${KUBO_VERSION}"\n`;

/** An archive with these files in it, as the Kubo project makes them. */
export async function archiveWith(files: Record<string, string | Buffer>): Promise<Buffer> {
  async function* entries(): AsyncGenerator<TarEntry> {
    yield { path: 'kubo', type: 'folder' };
    for (const [path, content] of Object.entries(files)) {
      const bytes = Buffer.from(content);
      yield {
        path,
        type: 'file',
        size: bytes.length,
        body: (async function* () {
          yield bytes;
        })(),
      };
    }
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar(entries())) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks), { level: 0 });
}

/** A copy of the distribution on this machine, with one version of Kubo in it. */
export async function startMirror(archive?: Buffer): Promise<Mirror> {
  const bytes =
    archive ??
    (await archiveWith({
      'kubo/LICENSE': 'MIT',
      'kubo/ipfs': PROGRAM_TEXT,
      // The size of what is worth resuming.
      'kubo/README.md': Buffer.alloc(300_000, 'readme '),
    }));
  const { name, url } = archiveOf(KUBO_VERSION, '');
  const faults: Faults = {};
  const asked: string[] = [];
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const range = request.headers.range;
    asked.push(`${request.url}${range === undefined ? '' : ` ${range}`}`);
    if (faults.redirectTo !== undefined) {
      response.writeHead(302, { location: `${faults.redirectTo}${request.url}` }).end();
      return;
    }
    if (faults.status !== undefined) {
      response.writeHead(faults.status).end('no');
      return;
    }
    if (request.url === `${url}.sha512`) {
      response.end(faults.sum ?? `${createHash('sha512').update(bytes).digest('hex')}  ${name}\n`);
      return;
    }
    if (request.url !== url) {
      response.writeHead(404).end();
      return;
    }
    const from = faults.noRanges ? undefined : /^bytes=(\d+)-$/.exec(range ?? '')?.[1];
    const start = Number(from ?? 0);
    if (start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const rest = bytes.subarray(start);
    response.writeHead(from === undefined ? 200 : 206, {
      'content-length': rest.length,
      ...(from === undefined
        ? {}
        : { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    const { cutAfter, silentAfter } = faults;
    if (cutAfter !== undefined && cutAfter < rest.length)
      response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 20));
    else if (silentAfter !== undefined) response.write(rest.subarray(0, silentAfter));
    else response.end(rest);
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    archive: bytes,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

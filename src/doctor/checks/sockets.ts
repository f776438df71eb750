import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { socketsOf } from '../../devnet/sockets.ts';
import { ok, problem, type Run, skipped } from '../check.ts';
import { pathsOf } from '../shared.ts';

/** Bytes of a Unix socket's path without its end: `sun_path` of unix(7), and of Apple's and the BSDs' sys/un.h. */
const LIMIT = process.platform === 'linux' ? 107 : 103;

/** The devnet's sockets fit into the temp folder, and one can be made there. */
export const run: Run = async (env) => {
  if (process.platform === 'win32') return skipped('Windows has named pipes instead.');
  const folder = tmpdir();
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    return problem(`The temp folder ${folder} is not there.`, {
      detail: ['Make it, or let TMPDIR name one that is there.'],
    });
  const { supervisor, chain } = socketsOf(await pathsOf(env));
  const longest = Math.max(Buffer.byteLength(supervisor), Buffer.byteLength(chain ?? ''));
  const remedy = [
    { command: 'TMPDIR=/tmp sahara devnet start', when: 'to use a temp folder with a shorter path' },
  ];
  if (longest > LIMIT)
    return problem(
      `A socket of the devnet would have a path of ${longest} bytes; the system allows ${LIMIT}.`,
      { detail: [`Let TMPDIR name a folder with a shorter path than ${folder}.`], remedy },
    );
  // Of the length of the real ones.
  const name = `sahara-doctor-${randomBytes(40).toString('hex')}`;
  const path = join(folder, name.slice(0, longest - Buffer.byteLength(dirname(supervisor)) - 1));
  const code = await refusalOf(path);
  rmSync(path, { force: true });
  if (code === undefined) return ok('Sockets can be made in the temp folder.');
  return problem(`No socket can be made in the temp folder ${folder} (${code}).`, {
    detail: ['Let TMPDIR name a folder of yours on a local disk.'],
  });
};

function refusalOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(path, () => server.close(() => resolve(undefined)));
  });
}

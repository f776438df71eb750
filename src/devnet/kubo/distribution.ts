import { homedir } from 'node:os';
import { join } from 'node:path';
import { SaharaError } from '../../base/errors.ts';

/** Where the Kubo project publishes its programs. Each folder of a version has archives, and a .sha512 of each. */
export const DISTRIBUTION = 'https://dist.ipfs.tech';

/** The newest. The tests run the one before it, v0.43.0, which Go can build from released modules alone. */
export const KUBO_VERSION = '0.43.1';

/** Node's names of systems and processors, and Go's, which the archives are called by. */
const SYSTEMS: Readonly<Record<string, string>> = {
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openbsd: 'openbsd',
};
const PROCESSORS: Readonly<Record<string, string>> = { arm64: 'arm64', riscv64: 'riscv64', x64: 'amd64' };

export type Archive = {
  /** E.g. linux-amd64. */
  platform: string;
  /** E.g. kubo_v0.43.1_linux-amd64.tar.gz. */
  name: string;
  url: string;
};

/**
 * The archive of a version for a machine.
 *
 * @param base address of the distribution, without a slash at its end
 * @throws KUBO_PLATFORM where there is none that we can unpack
 */
export function archiveOf(
  version: string,
  base: string,
  machine: { platform: string; arch: string } = process,
): Archive {
  const system = SYSTEMS[machine.platform];
  const processor = PROCESSORS[machine.arch];
  if (system === undefined || processor === undefined)
    throw new SaharaError('KUBO_PLATFORM', { platform: `${machine.platform}-${machine.arch}` });
  const platform = `${system}-${processor}`;
  const name = `kubo_v${version}_${platform}.tar.gz`;
  return { platform, name, url: `${base}/kubo/v${version}/${name}` };
}

/** The folder that `sahara ipfs install` installs into, and that every devnet looks into. */
export function kuboFolder(env: NodeJS.ProcessEnv = process.env): string {
  const data = env['XDG_DATA_HOME'] || join(env['HOME'] || homedir(), '.local', 'share');
  return join(data, 'sahara', 'kubo');
}

/** The name of the program in that folder. */
export const PROGRAM = process.platform === 'win32' ? 'ipfs.exe' : 'ipfs';

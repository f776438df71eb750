import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'win32' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * forge itself, of the npm package. Not the launcher that npm puts into .bin: that one exits 0 even when tests fail
 * (@foundry-rs/forge 1.7.1).
 */
export function forgeBinary(): string {
  const platform = `${PLATFORMS[process.platform]}-${ARCHITECTURES[process.arch]}`;
  const manifest = createRequire(import.meta.url).resolve(`@foundry-rs/forge-${platform}/package.json`);
  return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'forge.exe' : 'forge');
}

/**
 * `node devnet/contracts/forge.ts <arguments of forge>`, from anywhere: runs forge on the protocol.
 *
 * Not the launcher that npm puts into .bin: that one exits 0 even when tests fail (@foundry-rs/forge 1.7.1).
 * forge also takes the path to solc in foundry.toml as relative to where it is started, and solc.mjs needs this
 * Node first on the PATH.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'win32' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

const platform = `${PLATFORMS[process.platform]}-${ARCHITECTURES[process.arch]}`;
const manifest = createRequire(import.meta.url).resolve(`@foundry-rs/forge-${platform}/package.json`);
const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'forge.exe' : 'forge');

const { PATH = '' } = process.env;
const child = spawn(binary, process.argv.slice(2), {
  cwd: dirname(fileURLToPath(import.meta.url)),
  env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${PATH}` },
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`forge did not start: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});

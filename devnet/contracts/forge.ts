/**
 * `node devnet/contracts/forge.ts <arguments of forge>`, from anywhere: runs forge on the protocol.
 *
 * forge takes the path to solc in foundry.toml as relative to where it is started, and solc.mjs needs this
 * Node first on the PATH.
 */
import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forgeBinary } from './forge-binary.ts';

const { PATH = '' } = process.env;
const child = spawn(forgeBinary(), process.argv.slice(2), {
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

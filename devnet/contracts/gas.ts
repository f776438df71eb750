/**
 * `node devnet/contracts/gas.ts [--check]`: measures the main operations (gas/Gas.t.sol) and writes gas.json.
 * Gas of one call as a transaction of its own, all slots cold, less the 21,000 and the calldata.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { emitFiles } from './committed-file.ts';

const forge = fileURLToPath(new URL('./forge.ts', import.meta.url));
const measured = new URL('./out/gas/snapshots/gas.json', import.meta.url);
const committed = fileURLToPath(new URL('./gas.json', import.meta.url));

const run = spawnSync(process.execPath, [forge, 'test'], {
  env: { ...process.env, FOUNDRY_PROFILE: 'gas' },
  encoding: 'utf8',
});
if (run.status !== 0) {
  process.stderr.write(`${run.stdout}${run.stderr}`);
  process.exitCode = 1;
} else {
  const figures = JSON.parse(readFileSync(measured, 'utf8')) as Readonly<Record<string, string>>;
  const numbers = Object.fromEntries(Object.entries(figures).map(([name, gas]) => [name, Number(gas)]));
  emitFiles(
    new Map([[committed, `${JSON.stringify(numbers, undefined, 2)}\n`]]),
    'node devnet/contracts/gas.ts',
  );
}

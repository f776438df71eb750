// `npm start` as a newcomer and as a script meet it: exit code, the JSON on stdout and nothing else, the books in order.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectations } from './lib/expectations.mjs';
import { bundledNode } from './lib/install.mjs';
import { capture } from './lib/spawn.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { expect, conclude } = expectations();

const text = await capture('npm', ['start'], { cwd: root, timeoutMs: 120_000 });
expect('npm start ends with exit code 0', text.code === 0, text.output.slice(-2000));

const json = await capture('npm', ['start', '--silent', '--', '--json'], { cwd: root, timeoutMs: 120_000 });
expect('npm start -- --json ends with exit code 0', json.code === 0, json.output.slice(-2000));
let envelope;
try {
  envelope = JSON.parse(json.stdout);
} catch {
  // Said below.
}
expect('stdout is one JSON document', envelope !== undefined, json.stdout.slice(0, 500));
expect('it says ok', envelope?.ok === true, JSON.stringify(envelope?.error));
const books = envelope?.data?.conservation;
expect('drift is 0', books?.drift === '0', JSON.stringify(books));
const add = (...names) => names.reduce((sum, name) => sum + BigInt(books?.[name] ?? -1), 0n);
expect(
  'paid in = fees + unsettled + pools',
  add('paidIn') === add('fees', 'unsettled', 'pools'),
  JSON.stringify(books),
);
expect('claimed <= pools', add('claimed') <= add('pools'), JSON.stringify(books));
// The demo leaves its devnet running, for whoever wants to look around; here nobody does.
const sahara = [join(root, 'bin', 'run.js'), 'devnet', 'stop', '--project', join(root, 'sahara-demo')];
const stopped = await capture(bundledNode(root), sahara, { cwd: root, timeoutMs: 60_000 });
expect('its devnet stops', stopped.code === 0, stopped.output);
process.stdout.write(
  `npm start took ${text.seconds.toFixed(1)} s, with --json ${json.seconds.toFixed(1)} s\n`,
);
conclude();

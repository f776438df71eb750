import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { deep } from '../depth.ts';
import {
  fuzzedFlags,
  hugeLines,
  type Manifest,
  strangeCommands,
  wrongValues,
} from './hostile/command-lines.ts';
import { MANIFEST_FIELDS, NO_MANIFESTS, WRONG } from './hostile/manifests.ts';
import { expectClear, type Hostile, runHostile } from './hostile/run.ts';
import { closedStreams, strangeEnvironment, strangePlaces } from './hostile/surroundings.ts';
import { createWorld, ROOT } from './support.ts';

const world = await createWorld('hostile');
// The same lines each time, so that a failure is the change's; SAHARA_SEED=<n> looks for what these do not find.
const seed = Number(process.env['SAHARA_SEED'] ?? (deep ? 11_222_026 : 20_261_122));
const manifest = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as Manifest;

/** As many as there are cores, and one. */
const AT_ONCE = 3;
let invocations = 0;

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const problems: unknown[] = [];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift())
      await work(item).catch((problem) => problems.push(problem));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (problems.length > 0)
    throw new Error(
      `${problems.length} of ${items.length}, seed ${seed}:\n\n${problems
        .slice(0, 12)
        .map((p) => (p as Error).message.slice(0, 1200))
        .join('\n\n')}`,
    );
}

async function hold(hostile: Hostile): Promise<number | null> {
  invocations++;
  const ran = await runHostile(world, hostile);
  expectClear(hostile, ran);
  return ran.code;
}

/** Fails where text and JSON end with different exit codes. */
async function holdInBothForms(hostile: Hostile): Promise<void> {
  const asJson = { ...hostile, argv: [...hostile.argv, '--json'] };
  const [text, json] = await Promise.all([hold(hostile), hold(asJson)]);
  expect({ what: hostile.what, argv: hostile.argv, exit: json }).toEqual({
    what: hostile.what,
    argv: hostile.argv,
    exit: text,
  });
}

describe('a hostile line gets a clear error', () => {
  test('fuzzed flags', async () => {
    await inTurn(fuzzedFlags(manifest, seed, deep ? 1200 : 66), (h) => hold(h).then(() => {}));
  });

  test('flags without a value or with a wrong one', async () => {
    // Each flag is for the deep run.
    const chosen = wrongValues(manifest, seed).filter((_, i) => deep || i % 2 === 0);
    await inTurn(chosen, (h) => hold(h).then(() => {}));
  });

  test('strange commands', async () => {
    await inTurn(strangeCommands(), (h) => hold(h).then(() => {}));
  });

  test('huge lines', async () => {
    await inTurn(hugeLines(), (h) => hold(h).then(() => {}));
  });

  test('closed and full streams', async () => {
    await inTurn(closedStreams(), (h) => hold(h).then(() => {}));
  });

  test('an environment that lies', async () => {
    await inTurn(strangeEnvironment(), (h) => hold(h).then(() => {}));
  });

  test('strange places', async () => {
    await inTurn(strangePlaces(), (h) => hold(h).then(() => {}));
  });

  test('bytes that are no text', async () => {
    // Bytes outside of UTF-8 can only be made by the shell.
    await inTurn([String.raw`\377\376`, String.raw`\303\050`, String.raw`\355\240\200`], async (bytes) => {
      await hold({
        what: `bytes ${bytes}`,
        argv: ['asset', 'show', '--json'],
        before: `set -- "$@" "$(printf '${bytes}')"`,
        exit: [2, 3, 6],
      });
    });
  });
});

let files = 0;
/** A folder with the given manifest. */
function folderWith(text: string | Uint8Array): string {
  const name = `m${files++}`;
  mkdirSync(join(world.project, name, 'content'), { recursive: true });
  writeFileSync(join(world.project, name, 'content', 'data.csv'), 'a,b\n1,2\n');
  writeFileSync(join(world.project, name, 'contributors.csv'), 'account,weight\ncurator,1\n');
  writeFileSync(join(world.project, name, 'sahara.yaml'), text);
  return name;
}

describe('a hostile manifest gets a clear error', () => {
  // Usage; a file that is not there; and where a value happens to be right, that no devnet runs.
  const exit = [2, 3, 6];

  test('wrong types in every field', async () => {
    const all = Object.entries(MANIFEST_FIELDS).flatMap(([field, make]) =>
      Object.entries(WRONG).map(([wrong, value]) => ({ what: `${field} is ${wrong}`, text: make(value) })),
    );
    // Each kind of wrong in each field is for the deep run; here each field and each kind comes several times.
    const chosen = deep ? all : all.filter((_, i) => i % 11 === 0);
    await inTurn(chosen, async ({ what, text }) => {
      await hold({ what, argv: ['publish', folderWith(text), '--dry-run', '--json'], exit });
    });
  });

  test('no manifest at all', async () => {
    await inTurn(Object.entries(NO_MANIFESTS), async ([what, text]) => {
      await holdInBothForms({ what, argv: ['publish', folderWith(text), '--dry-run'], exit: [2] });
    });
  });

  test('settings of wrong types', async () => {
    const settings = ['account', 'rpcUrl', 'chainId', 'content', 'content.api', 'devnet.rpcPort', 'nonsense'];
    const cases = settings.flatMap((setting) =>
      Object.entries(WRONG)
        .filter((_, i) => deep || i % 4 === settings.indexOf(setting) % 4)
        .map(([wrong, value]) => ({ setting, wrong, value })),
    );
    await inTurn(cases, async ({ setting, wrong, value }) => {
      const folder = join(world.project, `c${files++}`);
      mkdirSync(join(folder, '.sahara'), { recursive: true });
      const [outer = '', inner] = setting.split('.');
      writeFileSync(
        join(folder, 'sahara.config.yaml'),
        inner ? `${outer}: {${inner}: ${value}}\n` : `${outer}: ${value}\n`,
      );
      await hold({
        what: `${setting} is ${wrong}`,
        argv: ['config', 'show', '--json'],
        cwd: folder,
        exit: [0, 2],
      });
    });
  });
});

afterAll(() => {
  expect(invocations, 'hostile invocations').toBeGreaterThanOrEqual(300);
});

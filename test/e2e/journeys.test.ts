import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FREE, smallDataset } from './scripted.ts';
import { runAsWritten } from './shell.ts';
import { createWorld, type Envelope, freePorts } from './support.ts';

const world = await createWorld('journeys');
const [held = 0] = await freePorts(1);
const SOLD = 'terms:\n  - {rights: [ACCESS, TRAIN], price: 3, text: MIT}\n';

type Journey = {
  /** The line that is refused, as it is typed. */
  typed: string;
  name: string;
  /** What has to be there before. */
  given?: () => unknown;
  /** The line that is proposed first, and pasted. */
  pasted: string | RegExp;
  /** Whether the line that was refused works then; else the proposal shows what to type instead. */
  works: boolean;
  /** Folder of the project in which all of it is typed. */
  cwd?: string;
};

/** The envelope that a line prints with --json, run in a shell like all lines here. */
async function envelope(line: string, cwd: string | undefined): Promise<Envelope & { exit: number | null }> {
  const ran = await runAsWritten(world, `${line} --json`, cwd === undefined ? {} : { cwd });
  return { ...(JSON.parse(ran.stdout) as Envelope), exit: ran.code };
}

async function goThrough({ typed, name, given, pasted, works, cwd }: Journey): Promise<void> {
  const undo = await given?.();
  const refused = await envelope(typed, cwd);
  expect({ ok: refused.ok, name: refused.error?.name }).toEqual({ ok: false, name });
  const step = refused.error?.next[0]?.command ?? '';
  if (typeof pasted === 'string') expect(step).toBe(pasted);
  else expect(step).toMatch(pasted);
  const ran = await runAsWritten(world, step, cwd === undefined ? {} : { cwd });
  expect(ran.code, `${step}\n${ran.stderr}`).toBe(0);
  expect(ran.stdout.length, step).toBeGreaterThan(0);
  const again = await envelope(typed, cwd);
  expect({ ok: again.ok, error: again.error?.message }, typed).toMatchObject({ ok: works });
  if (typeof undo === 'function') await undo();
}

/** A project of its own, with no devnet yet. */
function elsewhere(name: string, settings = ''): string {
  mkdirSync(join(world.project, name, '.sahara'), { recursive: true });
  if (settings) world.write(`${name}/sahara.config.yaml`, settings);
  return join(world.project, name);
}

/** Lines that need a devnet of their own, each in another project. */
const APART: Journey[] = [
  {
    typed: 'sahara devnet start',
    name: 'CHAIN_STATE_DAMAGED',
    cwd: elsewhere('damaged'),
    given: () => void world.write('damaged/.sahara/devnet/default/chain-state.json', '{"block":'),
    pasted: 'sahara devnet reset --yes',
    works: true,
  },
  {
    typed: 'sahara devnet start --content-node kubo',
    name: 'KUBO_MISSING',
    cwd: elsewhere('no-kubo'),
    pasted: 'SAHARA_CONTENT_NODE=embedded sahara devnet start',
    works: true,
  },
  {
    typed: `sahara devnet start --rpc-port ${held}`,
    name: 'PORT_TAKEN',
    cwd: elsewhere('taken'),
    given: async () => {
      const holder = createServer();
      await new Promise<void>((ready) => holder.listen(held, '127.0.0.1', ready));
      return () => holder.close();
    },
    pasted: /^sahara devnet start --rpc-port \d+$/,
    works: true,
  },
];

const TOGETHER: Journey[] = [
  {
    typed: 'sahara publish my-data',
    name: 'MANIFEST_MISSING',
    given: () => rmSync(join(world.project, 'my-data'), { recursive: true, force: true }),
    pasted: 'sahara new dataset my-data',
    works: true,
  },
  {
    typed: 'sahara account send dao 99999999 --account spare',
    name: 'FUNDS_MISSING',
    pasted: /^sahara account fund spare \d+$/,
    works: true,
  },
  {
    typed: 'sahara account send dao 1 --wrapped --account curator',
    name: 'FUNDS_MISSING',
    given: async () => {
      await world.json(['revenue', 'pay', 'letters', '10', '--account', 'buyer']);
      await world.json(['revenue', 'settle', 'letters']);
    },
    pasted: 'sahara revenue claim --account curator',
    works: true,
  },
  {
    typed: 'sahara publish child --account trainer',
    name: 'RELATION_NOT_ALLOWED',
    given: () => {
      world.write('child/content/x.txt', 'x');
      world.write(
        'child/sahara.yaml',
        'kind: model\nname: child\nrelations: [{type: TRAINED_ON, asset: letters-sold}]\n',
      );
    },
    pasted: /^sahara market buy curator\/letters-sold --terms \d+ --account trainer$/,
    works: true,
  },
  {
    typed: 'sahara asset get letters-sold --to got --account buyer',
    name: 'NOT_LICENSED',
    pasted: 'sahara market buy letters-sold --account buyer',
    works: true,
  },
  {
    typed: "sahara publish 'my model' --dry-run",
    name: 'BUILD_NEEDED',
    given: () => {
      world.write('my model/sahara.yaml', 'kind: model\nname: made\nbuild: {run: make.ts}\n');
      world.write('my model/make.ts', MAKE);
    },
    pasted: /^sahara build '\/.*\/my model'$/,
    works: true,
  },
  {
    typed: 'sahara publish stale',
    name: 'BUILD_STALE',
    given: async () => {
      const manifest = (more: string) =>
        world.write('stale/sahara.yaml', `kind: model\nname: stale\nbuild: {run: make.ts}\n${more}`);
      world.write('stale/make.ts', MAKE);
      manifest('relations: [{type: TRAINED_ON, asset: letters}]\n');
      await world.json(['build', 'stale']);
      manifest('');
    },
    pasted: /^sahara build \/.*\/stale$/,
    works: true,
  },
  {
    typed: 'sahara build letters',
    name: 'BUILD_NONE',
    pasted: 'sahara publish letters --dry-run',
    works: false,
  },
  {
    typed: 'sahara market buy letters-many',
    name: 'TERMS_CHOICE',
    pasted: /^sahara market buy letters-many --terms \d+$/,
    works: false,
  },
  {
    typed: 'sahara asset show twin',
    name: 'ASSET_AMBIGUOUS',
    pasted: 'sahara asset show curator/twin',
    works: false,
  },
  {
    typed: 'sahara asset show letters@9',
    name: 'VERSION_UNKNOWN',
    pasted: 'sahara asset show letters',
    works: false,
  },
  { typed: 'sahara asset show leters', name: 'ASSET_UNKNOWN', pasted: 'sahara asset list', works: false },
  {
    typed: 'sahara license set letters --preset open-use --account trainer',
    name: 'NOT_OWNER',
    pasted: 'sahara asset show letters',
    works: false,
  },
  {
    typed: 'sahara market buy letters --terms 99',
    name: 'TERMS_UNKNOWN',
    pasted: 'sahara license show letters',
    works: false,
  },
  { typed: 'sahara market buy letters', name: 'NOT_FOR_SALE', pasted: 'sahara market list', works: false },
  {
    typed: 'sahara account balance curater',
    name: 'ACCOUNT_UNKNOWN',
    pasted: 'sahara account list',
    works: false,
  },
  {
    typed: 'sahara new agnt a',
    name: 'KIND_HAS_NO_TEMPLATE',
    pasted: 'sahara new agent my-agent',
    works: false,
  },
  {
    typed: 'sahara simulate pengiuns',
    name: 'SCENARIO_MISSING',
    pasted: 'sahara simulate penguins',
    works: false,
  },
  { typed: 'sahara asset shw', name: 'COMMAND_UNKNOWN', pasted: 'sahara asset show --help', works: false },
  { typed: 'sahara asset frobnicate', name: 'COMMAND_UNKNOWN', pasted: 'sahara asset --help', works: false },
  {
    typed: 'sahara devnt start',
    name: 'COMMAND_UNKNOWN',
    pasted: 'sahara devnet start --help',
    works: false,
  },
  { typed: 'sahara revenue pay letters', name: 'USAGE', pasted: 'sahara revenue pay --help', works: false },
  {
    typed: 'sahara explain sah-1010',
    name: 'ERROR_UNKNOWN',
    pasted: /^sahara explain SAH-10\d\d$/,
    works: false,
  },
];

/** A build that makes the content. */
const MAKE =
  "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('content', { recursive: true });\nwriteFileSync('content/model.txt', 'made');\n";

describe('what is proposed works when it is pasted', () => {
  test('where no devnet runs', async () => {
    await goThrough({
      typed: 'sahara asset list',
      name: 'DEVNET_NOT_RUNNING',
      pasted: 'sahara devnet start',
      works: true,
    });
    smallDataset(world, 'letters', {}, FREE);
    smallDataset(world, 'letters-sold', {}, SOLD);
    smallDataset(world, 'letters-many', {}, `${SOLD}  - {rights: [ACCESS], price: 4, text: MIT}\n`);
    smallDataset(world, 'twin');
    for (const name of ['letters', 'letters-sold', 'letters-many', 'twin'])
      await world.json(['publish', name]);
    await world.json(['publish', 'twin', '--account', 'dao']);
  });

  test.for(TOGETHER)('$typed: $name', goThrough);

  test('and what was started is stopped', () => world.stopDevnet());

  test.for(APART)('$typed: $name', async (journey) => {
    try {
      await goThrough(journey);
    } finally {
      await world.stopDevnet({ cwd: journey.cwd ?? world.project });
    }
  });
});

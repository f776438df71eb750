import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { assetErrors } from '../../src/base/errors-table/assets.ts';
import { CONTRACTS, kindId, resolveAsset, transact } from '../../src/chain/index.ts';
import { buildDag } from '../../src/content/index.ts';
import type { SigningContext } from '../../src/context/index.ts';
import { as, FREE, openScripted, smallDataset } from '../e2e/scripted.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-assets');
let curator: SigningContext;

beforeAll(async () => {
  await world.startDevnet();
  smallDataset(world, 'letters', {}, FREE);
  smallDataset(world, 'letters-sold', {}, 'terms:\n  - {rights: [ACCESS], price: 3, text: MIT}\n');
  smallDataset(world, 'letters-gone', {}, FREE);
  smallDataset(world, 'twin');
  for (const name of ['letters', 'letters-sold', 'letters-gone']) await world.json(['publish', name]);
  await world.json(['publish', 'twin']);
  await world.json(['publish', 'twin', '--account', 'dao']);
  curator = await as(await openScripted(world), 'curator');
  await setState('letters-gone', 2);
  await registerEmpty('hollow');
  world.write('child/content/x.txt', 'x');
  world.write(
    'child/make.ts',
    "import { writeFileSync } from 'node:fs';\nwriteFileSync('content/x.txt', 'y');\n",
  );
});

/** The manifest of the folder `child`, a model. */
function child(more: string): () => void {
  return () => void world.write('child/sahara.yaml', `kind: model\nname: child\n${more}`);
}
const on = (asset: string) => `relations: [{type: TRAINED_ON, asset: ${asset}}]\n`;

async function setState(ref: string, state: number): Promise<void> {
  const { asset } = await resolveAsset(curator.chain, ref);
  await transact(curator.chain, curator.signer, {
    contract: 'AssetRegistry',
    call: 'setState',
    args: [asset.id, state],
  });
}

/** A version whose release has nothing of what a release has to have: the chain takes it from anybody. */
async function registerEmpty(name: string): Promise<void> {
  const none = `0x${'0'.repeat(64)}` as const;
  const dag = await buildDag([{ path: 'README.md', bytes: Buffer.from(name) }]);
  await curator.content.put(dag, { name });
  const version = {
    releaseRoot: dag.rootDigest,
    contentRoot: dag.rootDigest,
    publication: dag.rootDigest,
    keyFingerprint: none,
    relations: [],
    contributorsBps: 0,
    contributorCount: 0,
    contributorWeight: 0n,
    contributorsRoot: none,
  };
  await transact(curator.chain, curator.signer, {
    contract: 'AssetRegistry',
    call: 'register',
    args: [kindId('dataset'), name, version],
  });
}

provokeEach(world, assetErrors, {
  ASSET_REF_INVALID: { run: ['asset', 'show', 'my data'], says: /"my data"/ },
  ASSET_UNKNOWN: { run: ['asset', 'show', 'leters'], says: /"leters".*"letters"/ },
  ASSET_AMBIGUOUS: { run: ['asset', 'show', 'twin'], says: /curator\/twin, dao\/twin/ },
  VERSION_UNKNOWN: { run: ['asset', 'show', 'letters@7'], says: /no version 7/ },
  MANIFEST_MISSING: { run: ['publish', 'nowhere'], says: /nowhere\/sahara\.yaml/ },
  MANIFEST_INVALID: { run: ['publish', 'child'], given: child('contnet: x\n'), says: /"contnet".*"content"/ },
  NAME_INVALID: { run: ['new', 'dataset', 'My Data'], says: /"My Data"/ },
  FOLDER_EXISTS: { run: ['new', 'dataset', 'letters'], says: /project\/letters/ },
  PARENT_NOT_ACTIVE: { run: ['publish', 'child'], given: child(on('letters-gone')), says: /revoked/ },
  NOT_OWNER: {
    run: ['license', 'set', 'letters', '--preset', 'open-use', '--account', 'trainer'],
    says: /belongs to curator, not to trainer/,
  },
  RECIPIENT_UNFIT: {
    run: ['asset', 'transfer', 'letters', CONTRACTS.RevenueVault.address, '--yes'],
    says: /cannot hold letters/,
  },
  ASSET_REVOKED: {
    run: ['publish', 'letters-gone'],
    given: () => void world.write('letters-gone/content/more.csv', 'a\n'),
    says: /letters-gone/,
  },
  KIND_CHANGED: {
    run: ['publish', 'kinds', '--account', 'curator'],
    given: () => {
      world.write('kinds/sahara.yaml', 'kind: model\nname: letters\n');
      world.write('kinds/content/x.csv', 'a\n');
    },
    says: /dataset.*model/,
  },
  BUILD_NEEDED: {
    run: ['publish', 'unbuilt', '--dry-run'],
    given: () =>
      void world.write('unbuilt/sahara.yaml', 'kind: model\nname: unbuilt\nbuild: {run: make.ts}\n'),
    says: /unbuilt\/content/,
  },
  RELEASE_MISMATCH: { run: ['asset', 'verify', 'hollow'], says: /hollow@1/ },
  NOT_LICENSED: { run: ['asset', 'get', 'letters-sold', '--account', 'buyer'], says: /buyer.*letters-sold/ },
  TARGET_EXISTS: {
    run: ['asset', 'get', 'letters', '--to', 'full'],
    given: () => {
      mkdirSync(join(world.project, 'full'), { recursive: true });
      world.write('full/mine.txt', 'mine');
    },
    says: /full exists/,
  },
  KIND_HAS_NO_TEMPLATE: { run: ['new', 'datset', 'x'], says: /"datset".*"dataset"/ },
  NOT_AN_AGENT: { run: ['agent', 'run', 'letters', '--once', 'how?'], says: /letters\/sahara\.yaml/ },
  BUILD_NONE: { run: ['build', 'letters'], says: /letters\/sahara\.yaml/ },
  BUILD_STALE: {
    run: ['publish', 'child'],
    given: async () => {
      child(`build: {run: make.ts}\n${on('letters')}`)();
      await world.json(['build', 'child']);
      child('build: {run: make.ts}\n')();
    },
    says: /relations in the manifest have changed/,
  },
} satisfies Record<keyof typeof assetErrors, Provocation>);

import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { smallDataset } from './scripted.ts';
import { runAsWritten } from './shell.ts';
import { createWorld, ROOT } from './support.ts';

const world = await createWorld('rooms');

const pkg = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { default: string; types: string }>;
  files: string[];
  dependencies: Record<string, string>;
};

/** The package in a project, with the files that it is packed with and no others. */
function install(): void {
  const home = join(world.project, 'node_modules/sahara-devkit');
  mkdirSync(home, { recursive: true });
  for (const file of [...pkg.files, 'package.json']) {
    if (file.startsWith('!')) continue;
    cpSync(join(ROOT, file), join(home, file), { recursive: true });
  }
  for (const name of Object.keys(pkg.dependencies)) {
    const to = join(world.project, 'node_modules', name);
    mkdirSync(join(to, '..'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), to);
  }
}

const SCRIPT = `
import { publish, showAsset, verifyAsset } from 'sahara-devkit/assets';
import { findProject } from 'sahara-devkit/config';
import { openContext, openSigner } from 'sahara-devkit/context';
import { liveDevnet, startDevnet, stopDevnet } from 'sahara-devkit/devnet';
import { SaharaError } from 'sahara-devkit/errors';
import { buy } from 'sahara-devkit/market';
import { pay, settle, statement } from 'sahara-devkit/revenue';

const project = findProject(process.cwd());
const port = (name) => Number(process.env[name]);
await startDevnet({
  stateDir: project.stateDir,
  ports: { rpc: port('SAHARA_RPC_PORT'), api: port('SAHARA_IPFS_API_PORT'), gateway: port('SAHARA_IPFS_GATEWAY_PORT') },
  contentNode: 'embedded',
  externalContent: null,
});
const context = await openContext({ live: liveDevnet(project.stateDir) });
const curator = { ...context, signer: await openSigner('curator') };
const buyer = { ...context, signer: await openSigner('buyer') };
const published = await publish(curator, 'letters');
const again = await publish(curator, 'letters');
const shown = await showAsset(context, 'letters');
const verified = await verifyAsset(context, 'letters');
const bought = await buy(buyer, 'letters');
await pay(buyer, 'letters', 10n ** 18n);
await settle(buyer);
const { conservation } = await statement(context);
const refused = await showAsset(context, 'leters').catch((error) => error);
await stopDevnet(project.stateDir);
process.stdout.write(JSON.stringify({
  changed: [published.changed, again.changed],
  label: shown.version.label,
  checks: verified.checks.length,
  bought: bought.bought,
  holds: conservation.holds,
  paidIn: String(conservation.paidIn),
  refused: refused instanceof SaharaError && refused.code,
}));
`;

describe('the rooms of the package', () => {
  test('a script can do what the command line can', async () => {
    install();
    smallDataset(world, 'letters', {}, 'terms: [{preset: commercial-remix, price: 3}]\n');
    writeFileSync(join(world.project, 'package.json'), '{"type": "module", "private": true}');
    writeFileSync(join(world.project, 'script.mjs'), SCRIPT);
    const ran = await runAsWritten(world, `"${process.execPath}" script.mjs`);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toEqual({
      changed: [true, false],
      label: 'letters@1',
      checks: 6,
      bought: true,
      holds: true,
      paidIn: '4000000000000000000',
      refused: 'SAH-6002',
    });
  });

  test('every room can be imported, and is silent', async () => {
    const rooms = Object.entries(pkg.exports)
      .filter(([, e]) => typeof e === 'object')
      .map(([name]) => name.replace('.', 'sahara-devkit'));
    expect(rooms.length).toBeGreaterThan(10);
    writeFileSync(
      join(world.project, 'all.mjs'),
      `const names = ${JSON.stringify(rooms)}; const all = await Promise.all(names.map((n) => import(n))); if (all.some((m) => Object.keys(m).length === 0)) process.exit(9);`,
    );
    expect(await runAsWritten(world, `"${process.execPath}" all.mjs`)).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: '',
    });
  });
});

import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { smallDataset } from '../e2e/scripted.ts';
import { createWorld } from '../e2e/support.ts';
import { openWorldTerminal } from './support.ts';
import { noTmux, type Terminal } from './tmux.ts';

const world = await createWorld('terminal-owners');
let terminal: Terminal | undefined;

const SOLD = 'terms:\n  - {rights: [ACCESS, TRAIN], royalty: 10%, text: MIT}\n';

beforeAll(async () => {
  await world.startDevnet();
  smallDataset(world, 'base', {}, SOLD);
  await world.json(['publish', 'base']);
  smallDataset(world, 'child', {}, `relations: [{type: TRAINED_ON, asset: curator/base}]\n${SOLD}`);
  await world.json(['publish', 'child', '--account', 'trainer']);
  await world.json(['revenue', 'pay', 'child', '100', '--account', 'buyer']);
}, 60_000);
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

const ownerOf = async (asset: string) =>
  (await world.json<{ owner: string }>(['asset', 'show', asset])).owner;

describe.skipIf(noTmux)(`questions before what cannot be taken back${noTmux ? ` (${noTmux})` : ''}`, () => {
  it('a transfer asks whether to settle first, and again before it is done; no leaves all as it is', async () => {
    terminal = await openWorldTerminal(world);
    await terminal.enter('sahara asset transfer base dao');
    await terminal.see(/9\.75 SAHARA paid below are not settled yet[\s\S]*Settle first/);
    await terminal.enter('n');
    await terminal.see(/Transfer curator\/base to dao\?[\s\S]*cannot take it back/);
    await terminal.enter('n');
    const { code, screen } = await terminal.finished();
    expect(code).toBe(0);
    expect(screen).toContain('Nothing was transferred.');
    expect(await ownerOf('base')).toBe('curator');
  });

  it('yes to both settles and transfers', async () => {
    terminal = await openWorldTerminal(world);
    await terminal.enter('sahara asset transfer base dao');
    await terminal.see(/Settle first/);
    await terminal.enter('y');
    await terminal.see(/cannot take it back/);
    await terminal.enter('y');
    const { code, screen } = await terminal.finished();
    expect(code).toBe(0);
    expect(screen).toContain('Settled first: 9.75 SAHARA for curator.');
    expect(await ownerOf('base')).toBe('dao');
  });

  it('revoking an asset or a key asks as well, and Enter alone is no', async () => {
    terminal = await openWorldTerminal(world);
    for (const line of [
      'sahara asset revoke child --reason x',
      'sahara key revoke current --account curator',
    ]) {
      await terminal.enter(line);
      await terminal.see(/Revoke[\s\S]*\(y\/N\)/);
      await terminal.press('Enter');
      expect((await terminal.finished()).screen).toContain('Nothing was revoked.');
      await terminal.run('clear');
    }
    expect((await world.json<{ state: string }>(['asset', 'show', 'child'])).state).toBe('active');
  });
});

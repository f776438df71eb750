import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallDataset } from './scripted.ts';
import { createWorld } from './support.ts';

const world = await createWorld('keys');
const folder = join(world.project, '.sahara/keys');

type Key = { fingerprint: string; state: string; current: boolean; file: string | null };
type Rotated = {
  fingerprint: string | null;
  previous: string | null;
  keptAs: string | null;
  previousRevoked: boolean;
};

beforeAll(async () => {
  await world.startDevnet();
  smallDataset(world, 'letters');
  await world.json(['publish', 'letters']);
});

const keys = (account = 'curator') => world.json<Key[]>(['key', 'list', account]);
const change = (text: string) => void world.write('letters/content/more.csv', `${text}\n`);

describe('key rotate', () => {
  test('makes, binds and uses a new key; what the old one signed stays valid', async () => {
    const [old] = await keys();
    const rotated = await world.json<Rotated>(['key', 'rotate', '--account', 'curator']);
    expect(rotated).toMatchObject({ previous: old?.fingerprint, previousRevoked: false });
    expect(await keys()).toMatchObject([
      { fingerprint: old?.fingerprint, state: 'active', current: false, file: rotated.keptAs },
      { fingerprint: rotated.fingerprint, state: 'active', current: true, file: 'curator.p256.pem' },
    ]);
    change('rotated');
    await world.json(['publish', 'letters']);
    for (const [ref, key] of [
      ['letters@1', old?.fingerprint],
      ['letters@2', rotated.fingerprint],
    ])
      expect(await world.json(['asset', 'verify', `${ref}`])).toMatchObject({ signedBy: key, warnings: [] });
  });

  test('with --revoke-old revokes the old one, and what that signed before stays valid', async () => {
    const rotated = await world.json<Rotated>(['key', 'rotate', '--account', 'curator', '--revoke-old']);
    expect(rotated.previousRevoked).toBe(true);
    const state = (await keys()).find((k) => k.fingerprint === rotated.previous)?.state;
    expect(state).toBe('revoked');
    const verified = await world.envelope(['asset', 'verify', 'letters@2']);
    expect(verified).toMatchObject({
      ok: true,
      data: { warnings: [expect.stringMatching(/revoked since/)] },
    });
  });

  test('keeps every key to its owner, and prints no secret', async () => {
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
      expect(name).not.toContain('.next');
    }
    const ran = await world.run(['key', 'rotate', '--account', 'curator']);
    const secrets = readdirSync(folder).map(
      (name) => readFileSync(join(folder, name), 'utf8').split('\n')[1] ?? '',
    );
    for (const secret of secrets) expect(`${ran.stdout}${ran.stderr}`).not.toContain(secret);
    expect(`${ran.stdout}${ran.stderr}`).not.toContain('PRIVATE');
  });

  test('changes nothing in a dry run', async () => {
    const before = [readdirSync(folder), await keys()];
    expect(await world.json(['key', 'rotate', '--dry-run'])).toMatchObject({ fingerprint: null });
    expect([readdirSync(folder), await keys()]).toEqual(before);
  });

  test('goes on with what an interrupted one left, and not with rubbish', async () => {
    await world.json(['key', 'rotate', '--account', 'dao']);
    const next = join(folder, 'dao.p256.next.pem');
    world.write('.sahara/keys/dao.p256.next.pem', '-----BEGIN PRIV');
    const rotated = await world.json<Rotated>(['key', 'rotate', '--account', 'dao']);
    expect(existsSync(next)).toBe(false);
    expect((await keys('dao')).find((k) => k.current)?.fingerprint).toBe(rotated.fingerprint);
    // As if it had been stopped once the new key was on chain, and before it was put in its place.
    renameSync(join(folder, 'dao.p256.pem'), next);
    const after = await world.json<Rotated>(['key', 'rotate', '--account', 'dao']);
    expect(after).toMatchObject({ fingerprint: rotated.fingerprint, previous: null, txs: [null] });
  });

  test('puts a file aside that cannot be read', async () => {
    world.write('.sahara/keys/studio.p256.pem', 'no key');
    const rotated = await world.json<Rotated>(['key', 'rotate', '--account', 'studio']);
    expect(rotated).toMatchObject({ previous: null, keptAs: 'studio.p256.unreadable-1.pem' });
    expect(readFileSync(join(folder, 'studio.p256.unreadable-1.pem'), 'utf8')).toBe('no key');
  });
});

describe('key revoke', () => {
  test('is final, needs a word, and rotating is the way on', async () => {
    const current = (await keys()).find((k) => k.current)?.fingerprint ?? '';
    const line = ['key', 'revoke', current.slice(0, 12), '--account', 'curator'];
    await world.refused(line, { code: 'SAH-0007', exit: 2 });
    expect(await world.json([...line, '--yes'])).toMatchObject({
      fingerprint: current,
      changed: true,
      current: true,
    });
    expect(await world.json([...line, '--yes'])).toMatchObject({ changed: false, tx: null });
    change('after');
    const error = await world.refused(['publish', 'letters'], { code: 'SAH-5016', exit: 4 });
    const [step] = error.next;
    await world.json((step?.command ?? '').split(' ').slice(1));
    await world.json(['publish', 'letters']);
    await world.json(['asset', 'verify', 'letters@3']);
  });

  test.each([['deadbeef'], ['0x12'], ['nothing'], ['']])('refuses "%s"', async (key) => {
    await world.refused(['key', 'revoke', key, '--yes'], { code: 'SAH-5018', exit: 3 });
  });

  test('refuses a key of somebody else', async () => {
    const [theirs] = await keys('dao');
    const args = ['key', 'revoke', theirs?.fingerprint ?? '', '--account', 'curator', '--yes'];
    await world.refused(args, { code: 'SAH-5018', exit: 3 });
  });
});

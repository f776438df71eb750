import { expect, test } from 'vitest';
import { ERRORS } from '../../src/base/errors.ts';
import { createWorld } from './support.ts';

const world = await createWorld('explain');

type Explained = { code: string; name: string; kind: string; exitCode: number; why: string; fix: string };

test('an error is explained by code and by name, to people and to scripts', async () => {
  const { code, title, why, fix } = ERRORS.DEVNET_NOT_RUNNING;
  const [byCode, byName, text] = await Promise.all([
    world.json<Explained>(['explain', code.slice(4)]),
    world.json<Explained>(['explain', 'devnet-not-running']),
    world.text(['explain', code.toLowerCase()]),
  ]);
  expect(byName).toEqual(byCode);
  expect(byCode).toMatchObject({
    code,
    name: 'DEVNET_NOT_RUNNING',
    title,
    kind: 'unavailable',
    exitCode: 6,
    retryable: true,
    why,
    fix,
    example: { next: [{ command: 'sahara devnet start' }] },
  });
  for (const part of [code, title, why, fix, 'exit code 6', 'sahara devnet start'])
    expect(text).toContain(part);
});

test('all errors are listed, or those of a kind', async () => {
  const [all, denied, text] = await Promise.all([
    world.json<Explained[]>(['explain']),
    world.json<Explained[]>(['explain', '--kind', 'denied']),
    world.text(['explain']),
  ]);
  expect(all).toHaveLength(Object.keys(ERRORS).length);
  expect(denied).toEqual(all.filter((e) => e.kind === 'denied'));
  for (const { code, name } of all) expect(text).toMatch(new RegExp(`^${code} .* ${name}$`, 'm'));
});

test('a code and a kind together are one too many', async () => {
  await world.refused(['explain', '1005', '--kind', 'denied'], { code: 'SAH-0002', exit: 2, says: /either/ });
});

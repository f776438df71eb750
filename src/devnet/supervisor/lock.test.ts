import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';

const base = mkdtempSync(join(tmpdir(), 'sahara-lock-'));
afterAll(() => rmSync(base, { recursive: true }));

const PROCESSES = 6;
const ROUNDS = 120;
const PERIOD_MS = 10;

/** Takes the lock of each round at the same millisecond as all others do, and prints the rounds that it won. */
const RACER = `
const { takeLock } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
process.stdout.write('up\\n');
const begin = await new Promise((r) => process.stdin.once('data', (c) => r(Number(c))));
const won = [];
for (let round = 0; round < ${ROUNDS}; round++) {
  while (Date.now() < begin + round * ${PERIOD_MS});
  try { takeLock(process.argv[1] + '/' + round); won.push(round); }
  catch (error) { if (error.id !== 'DEVNET_BUSY') throw error; }
}
process.stdout.write(JSON.stringify(won));
// Lives, and so holds what it won, until all others have tried.
process.stdin.on('end', () => process.exit()).resume();
`;

test.for([
  ['that is free', () => undefined],
  ['of a dead process', (pid: number) => JSON.stringify({ pid, startTime: '1' })],
  ['that is torn', () => '{"pi'],
] as const)('of many processes at the same moment one gets a lock %s', async ([, left]) => {
  const dir = mkdtempSync(join(base, 'race-'));
  const stale = left(spawnSync(process.execPath, ['-e', '']).pid);
  if (stale !== undefined)
    for (let round = 0; round < ROUNDS; round++) writeFileSync(join(dir, String(round)), stale);
  const racers = Array.from({ length: PROCESSES }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', RACER, dir], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const outputs = racers.map((racer) => {
    const seen = { text: '' };
    racer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      seen.text += chunk;
    });
    return seen;
  });
  const ended = racers.map((racer) => once(racer, 'close'));
  await Promise.all(racers.map((racer) => once(racer.stdout, 'data')));
  const begin = Date.now() + 50;
  for (const racer of racers) racer.stdin.write(`${begin}\n`);
  await vi.waitUntil(() => outputs.every(({ text }) => text.endsWith(']')), { timeout: 15_000 });
  for (const racer of racers) racer.stdin.end();
  await Promise.all(ended);
  const won = outputs.flatMap(({ text }) => JSON.parse(text.replace('up\n', '')) as number[]);
  expect(won.sort((a, b) => a - b)).toEqual(Array.from({ length: ROUNDS }, (_, round) => round));
  // Nothing but the locks themselves is left lying about.
  expect(readdirSync(dir)).toHaveLength(ROUNDS);
});

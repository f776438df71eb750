import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createWorld, isRunning, type Live, pidsOf, until } from './support.ts';

const world = await createWorld('foreground');
const state = join(world.project, '.sahara/devnet/default');
const START = ['devnet', 'start', '--foreground'];

afterEach(async () => {
  await world.stopDevnet();
});

function liveState(): Live {
  const live = JSON.parse(readFileSync(join(state, 'live.json'), 'utf8')) as Live;
  for (const pid of pidsOf(live)) world.watch(pid);
  return live;
}

const linesOf = (stdout: string) =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('in a log is a line when it is ready, one for what happens to a service, and what it does to stop', async () => {
  const run = world.start(START);
  await until(() => run.seen().stdout.includes('\n'), 'a line');
  const live = liveState();
  const ready = `The devnet is ready: chain ${live.chain.rpcUrl}, content ${live.content.api}, gateway ${live.content.gateway}\n`;
  expect(run.seen().stdout).toBe(ready);
  const content = live.content.process?.pid ?? 0;
  process.kill(content, 'SIGKILL');
  await until(() => /running, restarted 1x/.test(run.seen().stdout), 'the content node to be back');
  liveState();
  run.child.kill('SIGTERM');
  expect(await run.result).toMatchObject({
    code: 143,
    stdout: `${ready}content node: restarting, ended by SIGKILL\ncontent node: running, restarted 1x\nThe devnet has stopped; what was on it is kept.\n`,
    stderr: expect.stringMatching(/^Saving the chain\nStopping the content node\nStopping the chain$/m),
  });
  expect(pidsOf(live).filter(isRunning)).toEqual([]);
});

test('with --json is one envelope as soon as it is ready, and the exit code tells the end', async () => {
  const run = world.start([...START, '--json']);
  await until(() => run.seen().stdout.endsWith('}\n'), 'the envelope');
  const live = liveState();
  expect(JSON.parse(run.seen().stdout)).toMatchObject({
    ok: true,
    command: 'devnet start',
    data: { alreadyRunning: false, chain: { rpcUrl: live.chain.rpcUrl } },
  });
  const envelope = run.seen().stdout;
  run.child.kill('SIGINT');
  expect(await run.result).toMatchObject({ code: 130, stdout: envelope });
  expect(pidsOf(live).filter(isRunning)).toEqual([]);
});

test('in NDJSON tells services and steps, and is left running where it ran before', async () => {
  const live = await world.startDevnet();
  const guest = world.start([...START, '-o', 'ndjson']);
  await until(() => guest.seen().stdout.includes('"ready"'), 'a line');
  process.kill(live.chain.process.pid, 'SIGKILL');
  await until(() => guest.seen().stdout.includes('restarted 1x'), 'the chain to be back');
  guest.child.kill('SIGINT');
  const ran = await guest.result;
  expect(ran.code).toBe(130);
  const lines = linesOf(ran.stdout).filter(({ type }) => type !== 'progress');
  expect(lines).toMatchObject([
    { type: 'ready', attached: true, live: { chain: { rpcUrl: live.chain.rpcUrl } } },
    { type: 'service', service: 'chain', state: 'restarting', detail: 'ended by SIGKILL' },
    { type: 'service', service: 'chain', state: 'running', detail: 'restarted 1x', restarts: 1 },
    { type: 'result', ok: true, data: { alreadyRunning: true } },
  ]);
  expect(await world.json(['devnet', 'status'])).toMatchObject({
    state: 'running',
    services: [
      { service: 'chain', restarts: 1 },
      { service: 'content', restarts: 0 },
    ],
  });
});

test('whose chain cannot be started again ends with its last words, which the status tells until the next start', async () => {
  const run = world.start([...START, '-o', 'ndjson']);
  await until(() => run.seen().stdout.includes('"ready"'), 'a line');
  const live = liveState();
  // Nothing is left to bring it back from.
  for (const name of readdirSync(state)) if (name.startsWith('chain-journal-')) rmSync(join(state, name));
  writeFileSync(join(state, 'chain-state.json'), '{"block":');
  process.kill(live.chain.process.pid, 'SIGKILL');
  const { code, stdout } = await run.result;
  expect(code).toBe(6);
  const lines = linesOf(stdout);
  expect(lines.findLast(({ type }) => type === 'service')).toMatchObject({
    service: 'chain',
    state: 'failed',
    detail: expect.stringMatching(/^cannot be started again: .*cut short/),
    lastLines: expect.arrayContaining([expect.stringMatching(/./)]),
  });
  expect(lines.at(-1)).toMatchObject({
    ok: false,
    error: { code: 'SAH-2070', message: expect.stringMatching(/the chain cannot .*; its log ends with: /) },
  });
  expect(pidsOf(live).filter(isRunning)).toEqual([]);
  const told = /^The devnet ended by itself at .*: the chain cannot [\s\S]*The end of its log:\n {2}\S/;
  expect(await world.run(['devnet', 'status'])).toMatchObject({
    code: 6,
    stdout: expect.stringMatching(told),
  });
  await world.json(['devnet', 'reset', '--yes']);
  await world.startDevnet();
  await world.stopDevnet();
  expect((await world.run(['devnet', 'status'])).stdout).toBe('The devnet is not running.\n');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { smallDataset } from '../e2e/scripted.ts';
import { createWorld, halt, isRunning, type Live, pidsOf, rpc, until } from '../e2e/support.ts';
import { openWorldTerminal } from './support.ts';
import { noTmux, type Terminal, type TerminalOptions } from './tmux.ts';

const world = await createWorld('terminal-foreground');
const START = 'sahara devnet start --foreground';
let terminal: Terminal | undefined;

beforeAll(async () => {
  smallDataset(world, 'digits');
  smallDataset(world, 'letters', {}, 'terms:\n  - rights: [ACCESS]\n    price: 1.25\n    text: MIT\n');
});
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
  await world.stopDevnet();
});

async function inForeground(options: TerminalOptions = {}): Promise<{ t: Terminal; live: Live }> {
  terminal = await openWorldTerminal(world, { columns: 100, rows: 34, ...options });
  await terminal.run('echo before');
  await terminal.enter(START);
  await terminal.see(/#\d+ .* gas/);
  return { t: terminal, live: liveState() };
}

function liveState(): Live {
  const live = JSON.parse(
    readFileSync(join(world.project, '.sahara/devnet/default/live.json'), 'utf8'),
  ) as Live;
  for (const pid of pidsOf(live)) world.watch(pid);
  return live;
}

const blockOn = (screen: string): number => Number(/#(\d+) .* gas/.exec(screen)?.[1]);
const allGone = (live: Live, withinMs: number) =>
  until(() => pidsOf(live).filter(isRunning).length === 0, 'all of it to end', withinMs);

async function expectPlainTerminal(t: Terminal): Promise<void> {
  expect(await t.history()).not.toMatch(/Sahara devnet default|q stop/);
  expect(await t.cursor()).toMatchObject({ visible: true, alternateScreen: false });
  expect((await t.run('stty -a')).screen).toMatch(/\bicanon\b.*\s.*\becho\b/);
}

const IN_ORDER =
  /^Saving the chain\nStopping the content node\nStopping the chain\nThe devnet has stopped; what was on it is kept\.$/m;

describe.skipIf(noTmux)(`a devnet in the foreground${noTmux ? ` (${noTmux})` : ''}`, () => {
  it('shows what happens, obeys its keys at any size, and stops in order on Ctrl-C', async () => {
    const { t, live } = await inForeground();
    const first = await t.see(/q stop/);
    expect(first).toMatch(/Sahara devnet default +running · \d+ s/);
    for (const [name, url] of [
      ['chain', live.chain.rpcUrl],
      ['content', live.content.api],
      ['gateway', live.content.gateway],
    ])
      expect(first).toMatch(new RegExp(`${name} +running +${url}`));

    await world.json(['publish', 'letters']);
    await t.see(/#\d+ +published +letters@1 +curator/);
    for (const [args, seen] of [
      [['market', 'buy', 'letters', '--account', 'buyer'], /bought +letters +buyer +1\.25 /],
      [['revenue', 'pay', 'letters', '0.75', '--account', 'dao'], /paid +letters@1 +dao +0\.75 /],
      [['revenue', 'settle', 'letters'], /settled +letters@1 +1\.95 /],
      [['revenue', 'claim', '--account', 'curator'], /claimed +letters@1 +1\.95 /],
    ] as const) {
      await world.json([...args]);
      await t.see(seen);
    }
    expect(await t.screen()).toMatch(/^ letters +2 +▇+$/m);
    // A purchase is told once, and not as a payment and a licence besides.
    expect(await t.screen()).not.toMatch(/licensed|paid .*1\.25/);

    const before = blockOn(await t.screen());
    await t.press('m');
    await t.see(`Mined block ${before + 1}.`);
    await t.see(new RegExp(`#${before + 1} `));
    await t.press('f');
    await t.see(/A day later: it is \d{4}-/);
    await t.press('s');
    await t.see(/Saved as snapshot-1\./);
    const { timestamp } = await rpc<{ timestamp: string }>(live.chain.rpcUrl, 'eth_getBlockByNumber', [
      'latest',
      false,
    ]);
    expect(Number(timestamp) * 1000 - Date.now()).toBeGreaterThan(86_000_000);

    await t.press('?');
    expect(await t.see(/^ f {2}set the chain’s clock a day forward/m)).not.toMatch(/published/);
    await t.press('?');
    await t.see(/published/);
    await t.press('l');
    expect(await t.see(/^ supervisor +\d\d:/m)).toMatch(/l chain/);
    await t.press('l');
    await t.see(/published/);

    for (const [columns, rows] of [
      [40, 20],
      [200, 50],
      [40, 34],
      [100, 34],
    ] as const) {
      await t.resize(columns, rows);
      await until(async () => {
        const lines = (await t.screen()).split('\n');
        return lines.length === rows - 1 && /^ Sahara devnet .*(s|min)$/.test(lines[0] ?? '');
      }, `a drawing for ${columns} x ${rows}`);
      const screen = await t.screen();
      for (const line of screen.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      for (const once of [/Sahara devnet/g, /gateway/g, /Blocks, /g, /claimed/g, /\bq\b/g])
        expect(screen.match(once), `${once} at ${columns} x ${rows}`).toHaveLength(1);
    }

    await t.press('C-c');
    const { code, screen } = await t.finished();
    expect(code).toBe(130);
    expect(screen).toMatch(IN_ORDER);
    expect(screen).toMatch(/^before$/m);
    await expectPlainTerminal(t);
    await allGone(live, 2000);
    expect(await world.json(['devnet', 'start'])).toMatchObject({ alreadyRunning: false, lost: null });
    expect(await world.json(['asset', 'show', 'letters'])).toMatchObject({ name: 'letters' });
  });

  it('leaves at once on a second Ctrl-C; its processes end, and nothing acknowledged is lost', async () => {
    const { t, live } = await inForeground();
    await world.json(['publish', 'digits']);
    // Saving waits for a chain that does not answer.
    await halt(live.chain.process.pid);
    await t.press('C-c');
    await t.see(/^Saving the chain$/m);
    await t.press('C-c');
    expect((await t.finished()).code).toBe(130);
    await expectPlainTerminal(t);
    process.kill(live.chain.process.pid, 'SIGCONT');
    await allGone(live, 2000);
    expect(await world.json(['devnet', 'start'])).toMatchObject({ alreadyRunning: false, lost: null });
    expect(await world.json(['asset', 'show', 'digits'])).toMatchObject({ name: 'digits' });
  });

  it('that ran already goes on running when its dashboard is left', async () => {
    await world.startDevnet();
    const { t, live } = await inForeground();
    expect(await t.see(/q leave/)).not.toMatch(/q stop/);
    await t.press('q');
    const { code, screen } = await t.finished();
    expect(code).toBe(0);
    expect(screen).toMatch(/^The devnet was running before, and goes on running\.$/m);
    expect(screen).toMatch(/sahara devnet stop/);
    await expectPlainTerminal(t);
    expect(pidsOf(live).filter(isRunning)).toEqual(pidsOf(live));
  });

  it('shows a chain that came back; stopped by another command, says so', async () => {
    const { t, live } = await inForeground({ env: { NO_COLOR: '1', LC_ALL: 'C' } });
    process.kill(live.chain.process.pid, 'SIGKILL');
    await t.see(/chain +running .* restarted 1x/);
    await t.press('m');
    await t.see(/Mined block \d+\./);
    liveState();
    await world.stopDevnet();
    const { code, screen } = await t.finished();
    expect(code).toBe(0);
    expect(screen).toMatch(/^The devnet was stopped by another command; what was on it is kept\.$/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours look like
    expect(t.raw()).not.toMatch(/\u001b\[[\d;]*m|[\u0080-\uffff]/);
    await expectPlainTerminal(t);
  });

  it('says so when its supervisor is killed', async () => {
    const { t, live } = await inForeground();
    process.kill(live.supervisor.pid, 'SIGKILL');
    const { code, screen } = await t.finished();
    expect(code).toBe(6);
    expect(screen).toMatch(/error SAH-2070 .*its\s+supervisor was killed/);
    await expectPlainTerminal(t);
  });

  it('stops in order when its terminal is closed', async () => {
    const { t, live } = await inForeground();
    await world.json(['account', 'send', 'dao', '1', '--account', 'buyer']);
    await t.close();
    await allGone(live, 10_000);
    expect(await world.json(['devnet', 'start'])).toMatchObject({ alreadyRunning: false, lost: null });
  });
});

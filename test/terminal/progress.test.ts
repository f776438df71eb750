import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { atModestDepth, deep, testAtDepth } from '../depth.ts';
import type { Door } from '../e2e/loopback.ts';
import { createWorld, type Live } from '../e2e/support.ts';
import { movements, openSlowNode, openWorldTerminal } from './support.ts';
import { noTmux, type Terminal, type TerminalOptions } from './tmux.ts';

const MB = 1_000_000;
const world = await createWorld('terminal-progress');
let live: Live;
let node: Door | undefined;
let terminal: Terminal | undefined;

beforeAll(async () => {
  if (noTmux) return;
  live = await world.startDevnet();
  await world.json(['new', 'dataset', 'big']);
});
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
  node?.close();
  node = undefined;
});

/** A terminal in which publishing takes some seconds each time: new content, and a slow way to the content node. */
async function openSlow({ megabytes = 24, rate = 10 * MB, ...options }: Options = {}): Promise<Terminal> {
  writeFileSync(join(world.project, 'big/content/blob.bin'), randomBytes(megabytes * MB));
  node = await openSlowNode(live.content.api, rate);
  terminal = await openWorldTerminal(world, {
    ...options,
    env: { ...options.env, SAHARA_IPFS_API: node.url, SAHARA_INVOCATION: undefined },
  });
  return terminal;
}
type Options = TerminalOptions & { megabytes?: number; rate?: number };

// biome-ignore lint/suspicious/noControlCharactersInRegex: what colours look like
const COLOUR = /\u001b\[[\d;]*m/;

/** The line of progress, and what has to be on it. */
const LINE = /^. Uploading +.*%.* MB\/s .* left/m;

describe.skipIf(noTmux)(`progress on a terminal${noTmux ? ` (${noTmux})` : ''}`, () => {
  const sizes = [
    { columns: 80, rows: 24, bar: /█+░+ +\d+%/ },
    { columns: 200, rows: 50, bar: /█{2,}░{2,} +\d+% +[\d.]+ MB of 24\.0 MB/ },
    { columns: 40, rows: 20, bar: /Uploading +\d+%/ },
  ];
  it.for(atModestDepth(sizes, 3))(
    'shows bar, rate and time left at $columns x $rows, and leaves nothing',
    async ({ columns, rows, bar }) => {
      const t = await openSlow({ columns, rows });
      await t.enter('sahara publish big');
      const during = await t.see(LINE);
      expect(during).toMatch(bar);
      for (const line of during.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      expect(await t.cursor()).toMatchObject({ visible: false, column: 0 });
      expect(await t.colours()).toContain('\u001b[36m');
      expect((await t.finished()).code).toBe(0);
      expect(await t.history()).toMatch(/^\[0\] \$ sahara publish big\nPublished big@\d+\.\n/);
      expect(await t.history()).not.toMatch(/Uploading|Hashing|█|░|%/);
      expect(await t.cursor()).toMatchObject({ visible: true, column: 6 });
    },
  );

  testAtDepth('survives a window that gets narrower and wider in the midst of it', async () => {
    const t = await openSlow({ megabytes: 40, columns: 120, rows: 24 });
    // tmux pushes lines off the top of a screen that has room below, and nobody can erase what has gone there.
    await t.run('seq 1 40');
    await t.enter('sahara publish big');
    await t.see(LINE);
    for (const columns of [50, 100, 30, 90, 80]) {
      await t.resize(columns, 24);
      await t.see(columns > 40 ? LINE : /Uploading/);
    }
    expect((await t.history()).match(/Uploading/g)).toHaveLength(1);
    expect((await t.finished()).code).toBe(0);
    expect(await t.history()).toMatch(/\n\[0\] \$ sahara publish big\nPublished big@\d+\.\n/);
    expect(await t.history()).not.toMatch(/Uploading|█|░/);
  });

  it('stops on Ctrl-C with a word, the cursor back, and nothing half written', async () => {
    const t = await openSlow({ megabytes: 40 });
    await t.enter('sahara publish big');
    await t.see(LINE);
    await t.press('C-c');
    const { code, screen } = await t.finished();
    expect(code).toBe(130);
    const lines = screen.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '[0] $ sahara publish big',
      'Stopping; press Ctrl-C again to stop at once.',
      'error SAH-0004 Stopped by SIGINT.',
    ]);
    expect(lines.at(-1)).toBe('[130] $');
    expect(screen).not.toMatch(/Uploading|█|\^C/);
    expect(await t.cursor()).toMatchObject({ visible: true, column: 8 });
    expect((await t.run('stty -a')).screen).toMatch(/\bicanon\b.*\s.*\becho\b/);
  });

  testAtDepth('goes to sleep on Ctrl-Z with a clean screen, and goes on', async () => {
    const t = await openSlow({ megabytes: 40 });
    await t.enter('sahara publish big');
    await t.see(LINE);
    await t.press('C-z');
    const { code, screen } = await t.finished();
    expect(code).toBe(148);
    expect(screen).not.toMatch(/Uploading|█/);
    expect(await t.cursor()).toMatchObject({ visible: true });
    await t.enter('fg');
    await t.see(LINE);
    expect((await t.finished()).code).toBe(0);
    expect(await t.cursor()).toMatchObject({ visible: true, column: 6 });
  });

  testAtDepth('has no colour with NO_COLOR, and only ASCII in another locale', async () => {
    const t = await openSlow({ env: { NO_COLOR: '1', LC_ALL: 'C' } });
    await t.enter('sahara publish big');
    expect(await t.see(LINE)).toMatch(/Uploading #+\.+ +\d+%/);
    expect((await t.finished()).code).toBe(0);
    expect(t.raw()).not.toMatch(COLOUR);
    expect(t.raw()).not.toMatch(/[\u0080-\uffff]/);
  });

  it('is sentences for a screen reader, and moves no cursor', async () => {
    const t = await openSlow({ env: { SAHARA_SCREEN_READER: '1' } });
    const { code, screen } = await t.run('sahara publish big');
    expect(code).toBe(0);
    // Said at the first chance from the half on, which comes late where others have the machine.
    expect(screen).toMatch(
      /Uploading: started\.\n(.*\n)*Uploading: [5-9]\d percent, .* MB of .* MB, about \d+ seconds? left\.\n(.*\n)*Uploading: done\.\n/,
    );
    expect(movements(t.raw())).toEqual([]);
    expect(screen).toMatch(/^asset: \d+ +dataset big/m);
  });

  it.runIf(deep).for<Record<string, string>>([{ CI: 'true' }, { TERM: 'dumb' }])(
    'is plain lines with %j',
    async (env) => {
      const t = await openSlow({ env });
      const { code, screen } = await t.run('sahara publish big');
      expect(code).toBe(0);
      expect(screen).toMatch(/^- Uploading$/m);
      expect(movements(t.raw())).toEqual([]);
    },
  );

  testAtDepth('is shown for fetching as well', async () => {
    // Slow enough for a busy machine to look at the screen in the midst of it.
    const t = await openSlow({ rate: 4 * MB });
    await t.enter('sahara asset get big --account curator --to fetched');
    expect(await t.see(/^. Fetching /m)).not.toMatch(/Uploading/);
    await t.see(/^. Fetching +█*░+ +\d+% .* MB\/s .* left/m);
    const { code, screen } = await t.finished();
    expect(code).toBe(0);
    expect(screen).toMatch(/^\[0\] \$ sahara asset get .*\nFetched big@\d+: 3 files, 24\.0 MB/);
  });
});

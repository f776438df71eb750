import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EconomicEvent } from '../../chain/economy.ts';
import type { ServiceState } from '../../devnet/happenings.ts';
import { width, withExactWidths } from '../ui/width.ts';
import { type Board, type BoardEvent, emptyBoard, reduce } from './board.ts';
import { boardLines } from './board-lines.ts';
import { inTurns } from './board-view.ts';
import type { BoardKey } from './keys.ts';
import { changedServices } from './plain-view.ts';
import { MOST_BLOCKS } from './read-chain.ts';
import { fitted } from './section.ts';
import { passed } from './since.ts';
import { sparkline } from './sparkline.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const live = {
  name: 'default',
  startedAt: '2026-01-01T00:00:00.000Z',
  chain: { rpcUrl: 'http://127.0.0.1:8545', instanceId: '0x01' },
  content: { api: 'http://127.0.0.1:5001', gateway: 'http://127.0.0.1:8080' },
} as unknown as Board['live'];
const service = (change: Partial<ServiceState> = {}): ServiceState => ({
  service: 'chain',
  state: 'running',
  detail: null,
  restarts: 0,
  since: '2026-01-01T00:09:00.000Z',
  lastLines: [],
  ...change,
});
const content = service({ service: 'content' });
const event = (change: Partial<EconomicEvent> = {}): EconomicEvent => ({
  what: 'paid',
  block: 7,
  tx: '0x',
  assetId: 1n,
  asset: 'penguins',
  version: 1,
  who: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  amount: 15n * 10n ** 17n,
  ...change,
});
const block = (number: number) => ({ number, time: NOW - 3000, transactions: 1, gasUsed: number * 1000 });
const services = (...states: ServiceState[]): BoardEvent => ({
  type: 'services',
  live,
  services: states,
  stopping: false,
});
const chain = (blocks: number[], events: EconomicEvent[] = [], isAnew = false): BoardEvent => ({
  type: 'chain',
  news: { isAnew, blocks: blocks.map(block), events },
});
const boardAfter = (...events: BoardEvent[]): Board => events.reduce(reduce, emptyBoard(live, false));

const keys: BoardKey[] = ['s', 'm', 'f', 'l', '?', 'q'];
const drawn = (board: Board, columns = 80, rows = 30, more: object = {}) =>
  boardLines(board, { columns, rows, now: NOW, keys, ...more }).join('\n');

beforeEach(() => {
  vi.stubEnv('SAHARA_ASCII', '0');
  vi.stubEnv('NO_COLOR', '1');
});
afterEach(() => void vi.unstubAllEnvs());

describe('what a dashboard knows', () => {
  test('adds blocks and events up, and forgets them where a chain begins anew', () => {
    const board = boardAfter(chain([1, 2], [event()], true), chain([3], [event({ block: 3 })]));
    expect(board.blocks.map((b) => b.number)).toEqual([1, 2, 3]);
    expect(board.events).toHaveLength(2);
    expect(board.revenue.get(1n)).toEqual({ asset: 'penguins', amount: 3n * 10n ** 18n });
    const again = reduce(board, chain([1], [], true));
    expect(again).toMatchObject({ blocks: [block(1)], events: [], revenue: new Map() });
  });

  test('keeps no more than a screen can use, and every payment', () => {
    const many = Array.from({ length: 500 }, (_, i) => i);
    const board = boardAfter(
      chain(
        many,
        many.map(() => event({ amount: 1n })),
      ),
    );
    expect(board.blocks).toHaveLength(MOST_BLOCKS);
    expect(board.blocks.at(-1)?.number).toBe(499);
    expect(board.events.length).toBeLessThan(500);
    expect(board.revenue.get(1n)?.amount).toBe(500n);
  });

  test('counts as revenue what is paid, and not what is moved on', () => {
    const all = (['published', 'licensed', 'bought', 'paid', 'settled', 'claimed'] as const).map((what, i) =>
      event({ what, amount: 10n ** BigInt(i) }),
    );
    expect(boardAfter(chain([1], all)).revenue.get(1n)?.amount).toBe(100n + 1000n);
  });

  test('calls a chain silent until it answers, and a devnet that could not stop running', () => {
    const silent = boardAfter(services(service(), content), { type: 'silent' });
    expect(drawn(silent)).toMatch(/^ chain +running .*\n +does not answer$/m);
    expect(drawn(reduce(silent, chain([])))).not.toMatch(/does not answer/);
    const stopping = reduce(silent, { type: 'stopping', step: 'save' });
    expect(drawn(stopping)).toMatch(/^ Sahara devnet default +saving · /);
    expect(drawn(reduce(stopping, services(service(), content)))).toMatch(/default +running · /);
  });

  test('shows logs and help in place of the chain, and the chain again', () => {
    const logs: BoardEvent = { type: 'page', page: 'logs' };
    const help: BoardEvent = { type: 'page', page: 'help' };
    expect(boardAfter(logs).page).toBe('logs');
    expect(boardAfter(logs, help).page).toBe('help');
    expect(boardAfter(logs, help, help).page).toBe('chain');
  });
});

describe('the lines of a dashboard', () => {
  const full = boardAfter(
    services(service(), content),
    chain(
      Array.from({ length: 90 }, (_, i) => i),
      [
        event({ what: 'published', amount: null }),
        event({ what: 'bought', version: null, amount: 1234567_123456789012345678n }),
        event({ what: 'claimed', who: `0x${'ab'.repeat(20)}`, asset: 'a-name-of-26-letters-as-is' }),
        event({ what: 'paid', assetId: 2n, asset: 'model', block: 1_234_567 }),
      ],
      true,
    ),
    {
      type: 'message',
      message: { text: 'Mined block 90, and said a word more than there is room for.', tone: 'good' },
    },
  );
  const troubled = reduce(
    full,
    services(
      service({ state: 'restarting', detail: 'ended by SIGKILL', restarts: 2 }),
      service({
        service: 'content',
        state: 'failed',
        detail: 'exited with code 1',
        lastLines: ['why \u001b[31m', 'oh '.repeat(99)],
      }),
    ),
  );

  test('tell services, blocks, events and what was paid', () => {
    const screen = drawn(full);
    expect(screen).toMatch(/^ Sahara devnet default +running · 10 min$/m);
    expect(screen).toMatch(/^ chain +running +http:\/\/127\.0\.0\.1:8545 +1 min$/m);
    expect(screen).toMatch(/^ gateway +running +http:\/\/127\.0\.0\.1:8080 +1 min$/m);
    expect(screen).toMatch(/^ Blocks, 3 s ago {2}[▁▂▃▄▅▆▇█]{50,}$/m);
    expect(screen).toMatch(/^ #89 {2}2026-01-01 00:09:57 {2}1 tx {2}89,000 gas$/m);
    expect(screen).toMatch(/^ #7 +bought +penguins +curator +1234567\.123456789012345678$/m);
    expect(screen).toMatch(/^ #7 +claimed +a-name-of-\S*… +0xabab…abab +1\.5$/m);
    expect(screen).toMatch(/^ penguins +1234567\.123456789012345678 {2}▇+$/m);
    expect(screen).toMatch(/^ s snapshot {3}m mine {3}f \+1 day {3}l logs {3}\? help {3}q stop$/m);
  });

  test('tell why a service is not well, by the end of its log', () => {
    const screen = drawn(troubled);
    expect(screen).toMatch(/^ Sahara devnet default +troubled · 10 min$/m);
    expect(screen).toMatch(/^ chain +restarting +.*restarted 2x\n +ended by SIGKILL$/m);
    expect(screen).toMatch(/^ content +failed .*\n +exited with code 1\n +why \\u001b\[31m\n +oh oh .*…$/m);
  });

  test.for(
    [20, 40, 41, 57, 66, 80, 130, 200].flatMap((columns) =>
      [8, 10, 20, 24, 50].map((rows) => ({ columns, rows })),
    ),
  )('keep to $columns columns and $rows rows', async ({ columns, rows }) => {
    const pages: Board[] = [full, troubled].flatMap((board) => [
      board,
      { ...board, page: 'help' },
      {
        ...board,
        page: 'logs',
        logs: [{ log: 'supervisor', lines: ['long '.repeat(60), 'tab\there', '砂'.repeat(99)] }],
      },
    ]);
    for (const ascii of ['0', '1'])
      for (const page of pages) {
        vi.stubEnv('SAHARA_ASCII', ascii);
        const text = await withExactWidths(() => drawn(page, columns, rows));
        const lines = text.split('\n');
        expect(lines.length).toBeLessThan(rows);
        for (const line of lines) expect(width(line), line).toBeLessThanOrEqual(Math.max(columns, 22));
        expect(lines.at(-1)).toMatch(/q/);
      }
  });

  test('never shorten an amount where there is room for it alone', () => {
    expect(drawn(full, 40)).toMatch(/bought .*1234567\.123456789012345678$/m);
  });

  test('have neither colour nor other signs where they are not wanted', () => {
    vi.stubEnv('SAHARA_ASCII', '1');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours begin with
    expect(drawn(full)).not.toMatch(/[\u0080-\uffff\u001b]/);
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('FORCE_COLOR', '1');
    expect(drawn(full)).toContain('\u001b[32mrunning');
  });

  test('name only keys that do something, and what leaving does', () => {
    expect(drawn(full, 80, 30, { keys: ['m', 'q'] })).toMatch(/^ m mine {3}q stop$/m);
    expect(drawn({ ...full, isGuest: true })).toMatch(/q leave$/m);
    expect(drawn(full, 80, 30, { keys: [] })).toMatch(/Ctrl-C stops the devnet$/m);
    expect(drawn({ ...full, page: 'help' })).toMatch(/^ q {2}save the chain, stop the devnet/m);
  });
});

test('sections share the room, and the last ones go first', () => {
  const section = (heading: string, count: number) => ({
    heading,
    lines: Array.from({ length: count }, (_, i) => `${heading}${i}`),
  });
  const all = [section('a', 1), section('b', 9), section('c', 2)];
  expect(fitted(all, 12)).toEqual(['', 'a', 'a0', '', 'b', 'b0', 'b1', 'b2', '', 'c', 'c0', 'c1']);
  expect(fitted(all, 7)).toEqual(['', 'a', 'a0', '', 'b', 'b0', 'b1']);
  expect(fitted(all, 2)).toEqual([]);
});

test('bars are as high as their figures, the newest last', () => {
  expect(sparkline([0, 50, 100], 9)).toBe('▁▅█');
  expect(sparkline([9, 0, 1], 2)).toBe('▁█');
  expect(sparkline([0, 0], 9)).toBe('▁▁');
  expect(sparkline([1], 0)).toBe('');
});

test('time that has passed changes each minute, once it is longer than one', () => {
  const seconds = [0, 59, 60, 119, 3600, 86_400 * 2];
  expect(seconds.map((s) => passed(s * 1000))).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '1 min',
    '1 h 00 min',
    '2 days',
  ]);
  expect(passed(-1)).toBe('0 s');
});

test('a service is told of when it stands in another way, and at first only when it is not well', () => {
  const down = service({ state: 'restarting', detail: 'ended by SIGKILL' });
  const back = service({ detail: 'restarted 1x', restarts: 1, since: '2026-01-01T00:11:00.000Z' });
  expect(changedServices([], [service(), content])).toEqual([]);
  expect(changedServices([], [down, content])).toEqual([down]);
  expect(changedServices([service(), content], [down, content])).toEqual([down]);
  expect(changedServices([down, content], [back, content])).toEqual([back]);
  expect(changedServices([back, content], [back, content])).toEqual([]);
});

test('work that is wanted often is done at once, then no more often than it may, and not after the end', async () => {
  vi.useFakeTimers();
  try {
    let done = 0;
    const work = inTurns(1000, async () => void done++);
    for (let i = 0; i < 5; i++) work.wanted();
    expect(done).toBe(1);
    await vi.advanceTimersByTimeAsync(999);
    expect(done).toBe(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(done).toBe(2);
    work.wanted();
    expect(done).toBe(3);
    work.wanted();
    work.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(done).toBe(3);
  } finally {
    vi.useRealTimers();
  }
});

import { renderToString } from 'ink';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type DevnetGlance, glanceOf, type Mark, paceOf, withMark } from '../watch/glance.ts';
import { DevnetDashboard } from './devnet-dashboard.tsx';
import { dashboardOf, logRows, sentencesOf } from './devnet-dashboard-data.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const live = {
  startedAt: '2026-01-01T00:00:00.000Z',
  chain: { rpcUrl: 'http://127.0.0.1:8545', process: { pid: 11 } },
  content: { api: 'http://127.0.0.1:5001', process: { pid: 12 } },
};
const well = [
  { service: 'chain', state: 'running', detail: null },
  { service: 'content', state: 'running', detail: null },
];
const answer = {
  head: { number: 7, hash: '0x07' as const, time: NOW - 3000 },
  holds: { assets: 3, offers: 2, unsettled: 25n * 10n ** 17n },
};
const glance = (status: object, chain: typeof answer | null = null, blocksPerMinute: number | null = null) =>
  glanceOf(status as never, chain, { at: NOW, blocksPerMinute });
const running = (change: object = {}) => ({
  state: 'running',
  live,
  services: well,
  stopping: false,
  ...change,
});

const logs = [
  { log: 'supervisor', lines: ['2026-01-01T00:00:00.123Z ready', '\u001b[31mred\u001b[0m and \u0007 loud'] },
  {
    log: 'chain',
    lines: ['', '====', ...Array.from({ length: 30 }, (_, i) => `line ${i} ${'long '.repeat(60)}`)],
  },
];

const drawn = (what: DevnetGlance | undefined, columns = 80, rows = 24, more: object = {}) => {
  const props = { glance: what, logs, showsLogs: true, hasKeys: true, columns, rows, now: NOW, ...more };
  return renderToString(<DevnetDashboard {...props} />, { columns });
};

beforeEach(() => void vi.stubEnv('SAHARA_ASCII', '0'));
afterEach(() => void vi.unstubAllEnvs());

describe('a glance at a devnet', () => {
  test('calls silent what does not answer, and what nobody answers for', () => {
    const states = (g: DevnetGlance) => g.services.map((s) => s.state);
    expect(states(glance(running(), answer))).toEqual(['running', 'running']);
    expect(states(glance(running()))).toEqual(['silent', 'running']);
    expect(states(glance(running({ services: [] }), answer))).toEqual(['silent', 'silent']);
    expect(glance(running())).toMatchObject({ block: null, holds: null });
  });

  test('has no services where nothing runs', () => {
    expect(glance({ state: 'crashed', live })).toMatchObject({
      state: 'crashed',
      services: [],
      startedAt: null,
    });
    expect(glance({ state: 'stopped', hasSavedChain: true })).toMatchObject({ hasSavedChain: true });
    expect(glance(running({ stopping: true })).state).toBe('stopping');
  });

  test('tells the pace over the last minute, and begins anew when a chain goes back', () => {
    const paceAfter = (...marks: [number, number][]) =>
      paceOf(
        marks.reduce<Mark[]>((all, [second, number]) => withMark(all, { at: second * 1000, number }), []),
      );
    expect(paceAfter([0, 5])).toBeNull();
    expect(paceAfter([0, 5], [2, 9])).toBeNull();
    expect(paceAfter([0, 5], [30, 10])).toBe(10);
    expect(paceAfter([0, 0], [60, 100], [90, 103], [120, 106])).toBe(6);
    expect(paceAfter([0, 50], [30, 60], [31, 2], [41, 4])).toBe(12);
  });
});

describe('the dashboard', () => {
  test('shows state, services, block and what is on the chain', () => {
    const screen = drawn(glance(running(), answer, 4.5));
    expect(screen).toMatch(/Sahara devnet +running · 10 min 00 s/);
    expect(screen).toMatch(/chain +running +http:\/\/127\.0\.0\.1:8545 +pid 11/);
    expect(screen).toMatch(/content +running +http:\/\/127\.0\.0\.1:5001 +pid 12/);
    expect(screen).toMatch(
      /block +7\n.*mined +3 s ago, 2026-01-01 00:09:57 UTC\n.*pace +4\.5 blocks a minute/,
    );
    expect(screen).toMatch(/assets +3\n.*offers +2\n.*unsettled +2\.5 SAHARA/);
    expect(screen).toMatch(/supervisor +00:00:00 UTC ready\n +red and \\u0007 loud/);
  });

  test.for([40, 57, 80, 130, 200].flatMap((columns) => [20, 24, 50].map((rows) => ({ columns, rows }))))(
    'keeps to $columns columns and $rows rows, and shows all that matters',
    ({ columns, rows }) => {
      const troubled = running({
        services: [{ ...well[0], state: 'failed', detail: 'why '.repeat(80) }, well[1]],
      });
      for (const status of [running(), troubled]) {
        const lines = drawn(glance(status, answer), columns, rows).split('\n');
        expect(lines.length).toBeLessThan(rows);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
        for (const seen of [/block +7/, /pid 12/, /:8545/, /unsettled +2\.5 SAHARA/, /q quit/])
          expect(lines.join('\n')).toMatch(seen);
      }
    },
  );

  test('is ASCII where the locale asks for it', () => {
    vi.stubEnv('SAHARA_ASCII', '1');
    for (const columns of [40, 200])
      expect(drawn(glance(running(), answer), columns)).not.toMatch(/[\u0080-\uffff]/);
  });

  test('without logs, and without a keyboard, says so', () => {
    const hidden = drawn(glance(running(), answer), 80, 24, { showsLogs: false });
    expect(hidden).toMatch(/l show logs/);
    expect(hidden).not.toMatch(/supervisor|─/);
    expect(drawn(glance(running(), answer), 80, 24, { hasKeys: false })).toMatch(/Ctrl-C quits/);
  });

  test('where nothing runs says what starts it', () => {
    expect(drawn(undefined)).toMatch(/Looking/);
    expect(drawn(glance({ state: 'stopped', hasSavedChain: true }))).toMatch(
      /is kept[\s\S]*sahara devnet start/,
    );
    expect(drawn(glance({ state: 'crashed', live }))).toMatch(/crashed[\s\S]*sahara devnet start/);
  });

  test('never shortens an amount', () => {
    const rich = { ...answer, holds: { ...answer.holds, unsettled: 1234567_123456789012345678n } };
    expect(drawn(glance(running(), rich), 40)).toMatch(/unsettled +1234567\.123456789012345678$/m);
    expect(drawn(glance(running(), rich), 80)).toMatch(/unsettled +1234567\.123456789012345678 SAHARA$/m);
  });

  test('does not call a block of a chain that was set forward old', () => {
    const ahead = { ...answer, head: { ...answer.head, time: NOW + 86_400_000 } };
    expect(dashboardOf(glance(running(), ahead), 60, NOW).chain[1]?.value).toBe('2026-01-02 00:10:00 UTC');
  });
});

test('logs share the room, their newest lines first of all', () => {
  const short = { log: 'a', lines: ['1'] };
  const long = { log: 'b', lines: ['1', '2', '3', '4', '5'] };
  expect(logRows([short, long], 4)).toEqual([
    { label: 'a', value: '1' },
    { label: 'b', value: '3' },
    { label: '', value: '4' },
    { label: '', value: '5' },
  ]);
  expect(logRows([short, long], 0)).toEqual([]);
  expect(logRows([{ log: 'c', lines: [' ', '==='] }], 9)).toEqual([]);
});

test('sentences change only with what they tell', () => {
  const before = sentencesOf(glance(running(), answer));
  expect(before).toEqual([
    'The devnet is running.',
    'chain: running, http://127.0.0.1:8545, process 11.',
    'content: running, http://127.0.0.1:5001, process 12.',
    'Block 7.',
    'Assets: 3. Offers: 2. Not settled: 2.5 SAHARA.',
  ]);
  const later = sentencesOf({ ...glance(running(), answer, 9), at: 'later' });
  expect(later).toEqual(before);
});

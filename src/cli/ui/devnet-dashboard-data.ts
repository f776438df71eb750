import { formatSahara } from '../../base/amount.ts';
import { printable } from '../../base/printable.ts';
import type { DevnetGlance, ServiceGlance } from '../watch/glance.ts';
import { formatDuration } from './progress-line.ts';

export type Tone = 'good' | 'busy' | 'bad';

/** A line of the dashboard: what it is, and how it stands. */
export type Row = { label: string; value: string; tone?: Tone };

export type Dashboard = {
  state: DevnetGlance['state'];
  tone: Tone;
  /** "2 min 05 s"; empty where it does not run. */
  uptime: string;
  services: Row[];
  chain: Row[];
  /** What to do about it, where it does not run. */
  advice: string[];
};

const STATE_TONES = {
  running: 'good',
  stopping: 'busy',
  starting: 'busy',
  crashed: 'bad',
  stopped: 'busy',
} as const;
const SERVICE_TONES = { running: 'good', restarting: 'busy', silent: 'busy', failed: 'bad' } as const;
/** Columns from which a service fits on one line. */
const ONE_LINE = 58;

/**
 * What a dashboard shows, in at most so many columns of values.
 *
 * @param now milliseconds since 1970
 */
export function dashboardOf(glance: DevnetGlance, room: number, now: number): Dashboard {
  const { state, startedAt, services, block, blocksPerMinute, holds } = glance;
  return {
    state,
    tone: STATE_TONES[state],
    uptime: startedAt === null ? '' : sinceText(startedAt, now),
    services: services.flatMap((service) => serviceRows(service, room)),
    chain:
      services.length === 0
        ? []
        : [
            { label: 'block', value: block ? `${block.number}` : '-' },
            { label: 'mined', value: block ? minedText(block.time, now) : '-' },
            { label: 'pace', value: blocksPerMinute === null ? '-' : `${blocksPerMinute} blocks a minute` },
            { label: 'assets', value: holds ? `${holds.assets}` : '-' },
            { label: 'offers', value: holds ? `${holds.offers ?? 'too many to count'}` : '-' },
            { label: 'unsettled', value: holds ? amountText(holds.unsettled, room) : '-' },
          ],
    advice: adviceOf(glance),
  };
}

function serviceRows({ service, state, detail, address, pid }: ServiceGlance, room: number): Row[] {
  const tone = SERVICE_TONES[state];
  const process = pid === null ? '' : `pid ${pid}`;
  const told: Row[] = detail ? [{ label: '', value: printable(detail), tone }] : [];
  if (room >= ONE_LINE)
    return [
      { label: service, value: `${state.padEnd(10)}  ${address.padEnd(26)}  ${process}`.trimEnd(), tone },
      ...told,
    ];
  return [
    { label: service, value: `${state}  ${process}`.trimEnd(), tone },
    { label: '', value: address },
    ...told,
  ];
}

/** An amount is shown to its last wei; where it is too long with its unit, without. */
function amountText(wei: bigint, room: number): string {
  const amount = formatSahara(wei);
  return amount.length + 7 <= room ? `${amount} SAHARA` : amount;
}

function sinceText(startedAt: string, now: number): string {
  return formatDuration(Math.max(0, now - Date.parse(startedAt)));
}

/** A chain whose clock was set forward has mined in the future. */
function minedText(time: string, now: number): string {
  const age = now - Date.parse(time);
  const clock = time.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  return age < -1000 ? clock : `${formatDuration(Math.max(0, age))} ago, ${clock}`;
}

function adviceOf({ state, hasSavedChain }: DevnetGlance): string[] {
  if (state === 'crashed')
    return ['It says that it runs, and does not.', 'Start it again with: sahara devnet start'];
  if (state !== 'stopped') return [];
  return [
    hasSavedChain ? 'Not running; what was on it is kept.' : 'Not running.',
    'Waiting for: sahara devnet start',
  ];
}

/** The same in sentences that are read aloud, each about one thing: what has changed is what is new among them. */
export function sentencesOf(glance: DevnetGlance): string[] {
  const { state, services, block, holds } = glance;
  return [
    `The devnet is ${state === 'stopped' ? 'not running' : state === 'crashed' ? 'gone: it has crashed' : state}.`,
    ...services.map(
      ({ service, state: how, detail, address, pid }) =>
        `${service}: ${how}${detail ? `, ${printable(detail)}` : ''}, ${address}${pid === null ? '' : `, process ${pid}`}.`,
    ),
    ...(block ? [`Block ${block.number}.`] : []),
    ...(holds
      ? [
          `Assets: ${holds.assets}. Offers: ${holds.offers ?? 'too many to count'}. Not settled: ${formatSahara(holds.unsettled)} SAHARA.`,
        ]
      : []),
  ];
}

/** The last lines of logs in at most so many, each with the log that it is from. Blank lines and rules tell nothing. */
export function logRows(logs: readonly { log: string; lines: readonly string[] }[], room: number): Row[] {
  const told = logs.map(({ log, lines }) => ({
    log,
    lines: lines.map((line) => line.trim()).filter((line) => /\w/.test(line)),
  }));
  const share = new Map(told.map(({ log }) => [log, 0]));
  // One line for each in turn, until there is no room or nothing left to show.
  for (let left = room, given = true; left > 0 && given; ) {
    given = false;
    for (const { log, lines } of told) {
      const has = share.get(log) ?? 0;
      if (left === 0 || has >= lines.length) continue;
      share.set(log, has + 1);
      left--;
      given = true;
    }
  }
  return told.flatMap(({ log, lines }) =>
    lines
      .slice(lines.length - (share.get(log) ?? 0))
      .map((line, i) => ({ label: i === 0 ? log : '', value: line.replace(STAMP, '$1 UTC') })),
  );
}

/** A time at the beginning of a line, of which the last lines of a log need no more than the clock. */
const STAMP = /^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)(?:\.\d+)?Z\b/;

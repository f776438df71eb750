import { printable } from '../../base/printable.ts';
import type { ServiceState } from '../../devnet/happenings.ts';
import { shown } from '../ui/glyphs.ts';
import { dim, style } from '../ui/text.ts';
import { clip } from '../ui/width.ts';
import type { Board } from './board.ts';
import { passed } from './since.ts';

const COLOURS = { running: 'green', restarting: 'yellow', failed: 'red' } as const;
/** Columns from which a service fits on one line. */
const ONE_LINE = 66;

/** Chain, content node and gateway: how each stands, where it is, and why, where it is not well. */
export function serviceLines({ live, services, isSilent }: Board, room: number, now: number): string[] {
  const of = (name: ServiceState['service']) => services.find(({ service }) => service === name);
  const [known, content] = [of('chain'), of('content')];
  const isHanging = isSilent && known?.state === 'running';
  const chain = isHanging ? { ...known, detail: 'does not answer' } : known;
  return [
    ...one('chain', chain, live.chain.rpcUrl, room, now),
    ...one('content', content, live.content.api, room, now),
    // Served by the content node's process.
    ...one(
      'gateway',
      content && { ...content, detail: null, lastLines: [] },
      live.content.gateway,
      room,
      now,
    ),
  ];
}

function one(
  name: string,
  service: ServiceState | undefined,
  address: string,
  room: number,
  now: number,
): string[] {
  const state = service?.state ?? 'running';
  const word = `${style(COLOURS[state], state)}${' '.repeat('restarting'.length - state.length)}`;
  const since = service ? passed(now - Date.parse(service.since)) : '';
  const restarts = service?.restarts ? `restarted ${service.restarts}x` : '';
  // What is said of a restart that is over is said by the count already.
  const detail = service?.detail && !/^restarted \d+x$/.test(service.detail) ? [service.detail] : [];
  const told = [...detail, ...(service?.lastLines ?? [])].map((line) => {
    const text = clip(shown(printable(line)), Math.max(0, room - 9), shown('…'));
    return `         ${style(COLOURS[state === 'running' ? 'restarting' : state], text)}`;
  });
  const label = dim(name.padEnd(9));
  if (room >= ONE_LINE) {
    const rest = clip(
      `${address.padEnd(25)}  ${since.padEnd(11)}  ${restarts}`.trimEnd(),
      room - 21,
      shown('…'),
    );
    return [`${label}${word}  ${rest}`, ...told];
  }
  // A narrow terminal has the address alone, and the uptime of the devnet in its heading.
  const mark = state === 'running' && restarts ? restarts : state;
  const short = clip(`${address}`, room - 9, shown('…'));
  return [
    `${label}${short}`,
    ...(mark === 'running' ? [] : [`         ${style(COLOURS[state], clip(mark, room - 9, ''))}`]),
    ...told,
  ];
}

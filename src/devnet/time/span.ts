const UNITS = { y: 31_536_000, w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const;
const NAMES = { y: 'year', w: 'week', d: 'day', h: 'hour', m: 'minute', s: 'second' } as const;

/** The last moment that four digits of a year can say. Seconds since 1970. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;

/** Where a clock is to be: so many seconds on (back, where negative), or at a moment in seconds since 1970. */
export type TimeTarget = { by: number } | { at: number };

/**
 * What somebody typed: "+30d", "+1y2d", "+90s", or a moment in ISO 8601, in UTC where it names no zone. A year has 365
 * days. "-1d" is understood too, so that it can be refused for what it is. Undefined when it is nothing of that.
 */
export function parseTimeTarget(text: string): TimeTarget | undefined {
  const span = /^([+-])((?:\d{1,9}[ywdhms])+)$/.exec(text.trim());
  if (span?.[1] && span[2]) {
    let seconds = 0;
    for (const [, count, unit] of span[2].matchAll(/(\d+)([ywdhms])/g))
      seconds += Number(count) * UNITS[unit as keyof typeof UNITS];
    if (!Number.isSafeInteger(seconds)) return undefined;
    return { by: span[1] === '-' ? -seconds : seconds };
  }
  const moment = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(
    text.trim(),
  );
  if (!moment) return undefined;
  const [, day, time = '00:00:00', zone = 'Z'] = moment;
  const at = Date.parse(`${day}T${time}${zone}`);
  // 30 February would be taken for 2 March.
  if (Number.isNaN(at) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) return undefined;
  return { at: Math.floor(at / 1000) };
}

/** Whether a chain's clock may stand there; blocks of later years could not be shown as ISO 8601. */
export const isShowable = (seconds: number): boolean => seconds <= LAST;

/** "30 days", "1 hour 30 minutes": at most two units, rounded down; "0 seconds" for less. */
export function spanText(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.floor(Math.abs(seconds));
  for (const unit of ['y', 'd', 'h', 'm', 's'] as const) {
    const count = Math.floor(rest / UNITS[unit]);
    rest -= count * UNITS[unit];
    if (count > 0) parts.push(`${count} ${NAMES[unit]}${count === 1 ? '' : 's'}`);
  }
  return parts.slice(0, 2).join(' ') || '0 seconds';
}

/** ISO 8601 without the fraction of a second. */
export const momentText = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

import { type DevnetClock, type MovedClock, spanText } from '../../devnet/time.ts';
import { fields } from './text.ts';

/** A chain's clock beside that of this machine. */
export function clockText({ chain, host, offsetSeconds, head }: DevnetClock): string {
  const apart =
    // The two are not read in the same moment.
    Math.abs(offsetSeconds) <= 1
      ? 'none'
      : `${spanText(offsetSeconds)} ${offsetSeconds > 0 ? 'ahead' : 'behind'}`;
  return fields([
    ['chain', chain],
    ['host', host],
    ['offset', apart],
    ['newest block', `${head.number}  ${head.time}`],
  ]);
}

/** What moving it came to. */
export function movedText(moved: MovedClock, licensesEnded: number | null, dryRun: boolean): string {
  const { bySeconds, to, block } = moved;
  const first = `The chain’s clock ${dryRun ? 'would be' : 'is'} ${spanText(bySeconds)} further on, at ${to}, in block ${block}.`;
  if (!licensesEnded) return first;
  const licences = licensesEnded === 1 ? '1 licence' : `${licensesEnded} licences`;
  return `${first}\n${licences} ${dryRun ? 'would have' : licensesEnded === 1 ? 'has' : 'have'} ended meanwhile.`;
}

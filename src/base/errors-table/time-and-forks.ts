import { row } from '../error-types.ts';

/** SAH-2045 to SAH-2059: the devnet's clock, and devnets that begin with a live network's state. */
export const timeAndForkErrors = {
  TIME_BACKWARDS: row<{ now: string; wanted: string }>({
    code: 'SAH-2045',
    kind: 'conflict',
    title: 'A chain’s clock does not go backwards',
    example: { now: '2027-03-01T12:00:00Z', wanted: '2027-01-01T00:00:00Z' },
    what: (p) => `The chain’s clock stands at ${p.now} and cannot be set to ${p.wanted}.`,
    why: 'No block may be older than the one before: what has ended, such as a licence, would begin again.',
    fix: 'To be at an earlier moment again, restore a snapshot that was saved then, or begin with an empty chain.',
    next: () => [
      { command: 'sahara devnet time', when: 'to see where the clock stands' },
      {
        command: 'sahara devnet reset --yes',
        when: 'to begin with an empty chain, losing what is on this one',
      },
    ],
  }),
  TIME_TOO_FAR: row<{ now: string }>({
    code: 'SAH-2046',
    kind: 'usage',
    title: 'A time that cannot be written',
    example: { now: '2027-03-01T12:00:00Z' },
    what: (p) => `From ${p.now} that leads beyond the year 9999.`,
    why: 'Moments are shown with four digits of the year, here and by most tools.',
    fix: 'Move the clock by less.',
    next: () => [{ command: 'sahara devnet time', when: 'to see where the clock stands' }],
  }),
};

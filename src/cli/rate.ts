/** So much was done at a time (milliseconds, from any clock that does not run backwards). */
export type Sample = { at: number; done: number };

/** The rate is that of the last seconds: it follows a network that slows down, and does not jump with each chunk. */
const WINDOW_MS = 5000;
/** Less time than this tells no rate. */
const LEAST_MS = 300;
/** Samples that are kept are at least so far apart, so that a window has some tens of them. */
const APART_MS = 100;

/**
 * Adds a sample. What is older than the window goes, but for the youngest of it, from which the window begins; a
 * sample soon after the one before takes its place.
 */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  const kept =
    last && samples.length > 1 && sample.at - (samples.at(-2)?.at ?? 0) < APART_MS
      ? samples.slice(0, -1)
      : samples;
  const start = kept.findLastIndex((s) => s.at <= sample.at - WINDOW_MS);
  return [...kept.slice(Math.max(0, start)), sample];
}

/**
 * Units per second over the last five seconds before `now`; null while there is too little to tell. It falls to 0
 * when nothing comes any more.
 */
export function rateOf(samples: readonly Sample[], now: number): number | null {
  const last = samples.at(-1);
  if (!last) return null;
  const from = samples.findLast((s) => s.at <= now - WINDOW_MS) ?? samples[0] ?? last;
  const elapsed = now - from.at;
  return elapsed < LEAST_MS ? null : ((last.done - from.done) / elapsed) * 1000;
}

/** Milliseconds until `total` is done at a rate; null when it cannot be told. */
export function etaMs(done: number, total: number | null, rate: number | null): number | null {
  if (total === null || rate === null || rate <= 0) return null;
  return Math.max(0, Math.round(((total - done) / rate) * 1000));
}

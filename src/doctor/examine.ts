import type { Progress } from '../base/progress.ts';
import { type Check, type DoctorEnv, type Finding, problem } from './check.ts';

export type Examined = { check: Check; finding: Finding };

/** Long for any check; one that needs more hangs. Milliseconds. */
const LIMIT_MS = 8_000;

/** Runs all checks side by side. None can end another: what a check throws, or never answers, is its finding. */
export async function examine(
  env: DoctorEnv,
  checks: readonly Check[],
  progress: Progress,
  limitMs = LIMIT_MS,
): Promise<Examined[]> {
  // A copy for this round: what checks share they find by it.
  const round = { ...env, env: { ...env.env } };
  progress.start('Examining the installation', checks.length);
  const examined = await Promise.all(
    checks.map(async (check) => {
      const finding = await findingOf(check, round, limitMs);
      progress.advance(1);
      return { check, finding };
    }),
  );
  progress.done();
  env.signal.throwIfAborted();
  return examined;
}

async function findingOf(check: Check, env: DoctorEnv, limitMs: number): Promise<Finding> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  const signal = AbortSignal.any([env.signal, limit.signal]);
  const overdue = new Promise<Finding>((resolve) => {
    const says = () =>
      env.signal.aborted ? 'It was interrupted.' : `There was no answer within ${limitMs / 1000} s.`;
    signal.addEventListener('abort', () => resolve(problem(says())), { once: true });
  });
  try {
    return await Promise.race([check.load().then(({ run }) => run({ ...env, signal })), overdue]);
  } catch (error) {
    return problem(`This could not be examined: ${(error as Error)?.message ?? String(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

import { test } from 'vitest';

/** Set by `npm run test:deep`: long fuzzing, many rounds, and each variant of what `npm test` shows by an example. */
export const deep = process.env['SAHARA_DEPTH'] === 'deep';

/** A test of a further variant, of which `npm test` has an example. */
export const testAtDepth = test.runIf(deep);

/** All at depth; else every so manieth, so that each kind comes at least once in a list that is long enough. */
export function atModestDepth<T>(all: readonly T[], every: number): readonly T[] {
  return deep ? all : all.filter((_, i) => i % every === 0);
}

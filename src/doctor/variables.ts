import { SETTINGS } from '../config/index.ts';

/** Variables that set nothing in SETTINGS and no flag, and are read, or given to a process of ours, all the same. */
export const OTHER_VARIABLES: readonly string[] = [
  // How the toolkit is called here, for the commands that it proposes.
  'SAHARA_INVOCATION',
  // The file that tells a build script what it builds.
  'SAHARA_BUILD_CONTEXT',
  // Another folder than .sahara for what the toolkit keeps, and where to ask whether a devnet is ready.
  'SAHARA_STATE_DIR',
  'SAHARA_FORK_URL',
  'SAHARA_READY_URL',
  // Accounts of the user's own.
  'SAHARA_KEYSTORE',
  'SAHARA_PASSWORD_FILE',
  // What a terminal can show, and to whom.
  'SAHARA_ASCII',
  'SAHARA_PAGER',
  'SAHARA_SCREEN_READER',
  // Of a checkout: its launcher, tests and benchmarks.
  'SAHARA_BOOTSTRAP',
  'SAHARA_DEPTH',
  'SAHARA_SEED',
  'SAHARA_TEST_DIST',
  'SAHARA_BENCH_RUNS',
  'SAHARA_BENCH_FILE_MIB',
  'SAHARA_BENCH_FILES',
  'SAHARA_BENCH_ASSETS',
  'SAHARA_BENCH_BLOCKS',
];

/** Every variable of ours that means something: those of settings, of flags, and the others. */
export function knownVariables(flags: Iterable<{ env?: string }>): Set<string> {
  return new Set([
    ...SETTINGS.map((s) => s.env),
    ...[...flags].flatMap((f) => (f.env ? [f.env] : [])),
    ...OTHER_VARIABLES,
  ]);
}

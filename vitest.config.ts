import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import LongFirst from './scripts/vitest/long-first.mjs';

const deep = process.env['SAHARA_DEPTH'] === 'deep';

export default defineConfig({
  test: {
    environment: 'node',
    // Without a build and without a devnet of its own a test must not reach the developer's: no inherited settings.
    env: { NO_COLOR: '1', FORCE_COLOR: '0' },
    // A test that is focused by accident would silently switch off all others.
    allowOnly: false,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.{ts,tsx}',
            'devnet/**/*.test.ts',
            'scripts/**/*.test.mjs',
            'test/templates/**/*.test.ts',
            'benchmarks/**/*.test.ts',
            'test/help/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**'],
          setupFiles: ['./scripts/vitest/depth.mjs'],
          globalSetup: ['./scripts/vitest/use-build.mjs'],
          // Vitest leaves one core to itself, which on two is half of them.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          testTimeout: deep ? 300_000 : 20_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/{e2e,docs,errors,terminal}/**/*.test.ts'],
          setupFiles: ['./scripts/vitest/depth.mjs'],
          globalSetup: ['./scripts/vitest/require-build.mjs'],
          testTimeout: deep ? 600_000 : 120_000,
          hookTimeout: 120_000,
          // Each file starts a devnet of its own: many at a time only makes them miss their deadlines. One more than
          // there are cores, as terminals and interruptions are waited for; with two more nothing ended sooner.
          pool: 'forks',
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

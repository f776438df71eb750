import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, interleaved, launcher, type Result, result, root, run, sahara } from './harness.ts';

const node = process.execPath;
const REFERENCE = 'node -e 0';

async function timed(cwd: string, args: string[]): Promise<number> {
  return (await sahara(cwd, ...args)).milliseconds;
}

/** A project with a running devnet and one published asset, for as long as `work` takes. */
async function withAsset<T>(work: (project: string, asset: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sahara-bench-'));
  const project = join(folder, 'penguins');
  try {
    await sahara(folder, 'new', 'dataset', 'penguins');
    await sahara(project, 'devnet', 'start', '--content-node', 'embedded');
    try {
      await sahara(project, 'publish', '--account', 'curator');
      return await work(project, 'penguins');
    } finally {
      await sahara(project, 'devnet', 'stop');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const startup: Benchmark = {
  name: 'startup',
  summary: 'from typing a command to its end, as a multiple of a Node that does nothing',
  async run(note) {
    const bare = async () => (await run(node, ['-e', '0'])).milliseconds;
    const first = await interleaved({
      bare,
      version: () => timed(root, ['--version']),
      help: () => timed(root, ['--help']),
      home: () => timed(tmpdir(), []),
      completion: () => timed(root, ['complete', '--', 'devnet', 'st']),
    });
    const results: Result[] = [
      result('sahara --version', 'ms', first.version, first.bare, REFERENCE),
      result('sahara --help', 'ms', first.help, first.bare, REFERENCE),
      result('sahara, outside a project', 'ms', first.home, first.bare, REFERENCE),
      result('Tab after "sahara devnet st"', 'ms', first.completion, first.bare, REFERENCE),
    ];
    if (!existsSync(join(root, 'dist', 'commands', 'asset', 'show.js'))) {
      note(`asset show is not built (${launcher}): left out`);
      return results;
    }
    const second = await withAsset((project, asset) =>
      interleaved({
        bare,
        home: () => timed(project, []),
        status: () => timed(project, ['devnet', 'status']),
        show: () => timed(project, ['asset', 'show', asset, '--json']),
        completion: () => timed(project, ['complete', '--', 'asset', 'show', asset.slice(0, 3)]),
      }),
    );
    return [
      ...results,
      result('sahara, warm devnet', 'ms', second.home, second.bare, REFERENCE),
      result('sahara devnet status, warm devnet', 'ms', second.status, second.bare, REFERENCE),
      result('sahara asset show, warm devnet', 'ms', second.show, second.bare, REFERENCE),
      result(
        'Tab after "sahara asset show pen", warm devnet',
        'ms',
        second.completion,
        second.bare,
        REFERENCE,
      ),
    ];
  },
};

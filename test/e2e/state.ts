import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DEV_ACCOUNTS } from '../../src/config/dev-accounts.ts';
import { type Live, rpc, type World } from './support.ts';

/**
 * Everything that a command could change: the files of a world with their digests (but for the logs of services, which
 * say something whenever they have to, and for the saved forms of a running chain, which is compared itself and is saved
 * again some time after it changed), the processes that were started
 * in it, its chain (head, and number and balance of every account), and what its content node keeps.
 */
export async function stateOf(world: World): Promise<Record<string, unknown>> {
  const live = liveOf(world);
  return {
    files: filesOf(world.dir, live !== undefined),
    processes: processesOf(world.dir),
    ...(live ? { chain: await chainOf(live.chain.rpcUrl), content: await contentOf(live.content.api) } : {}),
  };
}

function liveOf({ project }: World): Live | undefined {
  try {
    return JSON.parse(readFileSync(join(project, '.sahara/devnet/default/live.json'), 'utf8')) as Live;
  } catch {
    return undefined;
  }
}

function filesOf(dir: string, isRunning: boolean): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(dir, path);
    if (isRunning && /\/devnet\/[^/]+\/chain-(state|journal)/.test(name)) continue;
    if (entry.isFile() && !/\/devnet\/[^/]+\/logs\//.test(name)) {
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      files[name] = `${statSync(path).mode.toString(8)} ${digest}`;
    } else files[name] = entry.isDirectory() ? 'folder' : 'other';
  }
  return files;
}

/** Processes whose environment names the world's folder. */
function processesOf(dir: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${dir}/`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function chainOf(url: string): Promise<unknown> {
  const head = await rpc<{ number: string; hash: string; stateRoot: string }>(url, 'eth_getBlockByNumber', [
    'latest',
    false,
  ]);
  const accounts = await Promise.all(
    DEV_ACCOUNTS.flatMap(({ address }) => [
      rpc(url, 'eth_getTransactionCount', [address, 'pending']),
      rpc(url, 'eth_getBalance', [address, 'latest']),
      rpc(url, 'eth_getCode', [address, 'latest']),
    ]),
  );
  return { number: head.number, hash: head.hash, accounts };
}

async function contentOf(api: string): Promise<unknown> {
  const ask = async (endpoint: string) => {
    const answer = await fetch(`${api}/api/v0/${endpoint}`, { method: 'POST' });
    return (await answer.text()).split('\n').toSorted();
  };
  const pins = (await ask('pin/ls')).flatMap(keysOf).toSorted();
  return { pins, blocks: await ask('refs/local') };
}

function keysOf(line: string): string[] {
  return line === '' ? [] : Object.keys((JSON.parse(line) as { Keys: object }).Keys);
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { keepToItself } from '../kubo/config.ts';
import type { DevnetPaths } from '../paths.ts';
import { freePort } from '../ports.ts';
import type { ContentService } from './content.ts';
import { spawnService } from './service.ts';
import { notedCommand } from './spawned.ts';

const START_TIMEOUT_MS = 30_000;
/** Kubo closes its datastore when it is told to end; killed before, it would have to mend it. */
const GRACE_MS = 10_000;

/** The addresses profile of IPIP-0499, for tools that call the node's `add` without saying how. */
const PROFILE = 'unixfs-v1-2025';

/**
 * Runs Kubo with a repo of its own, offline and on loopback.
 *
 * @param graceMs how long it may take to end when it is told to, before it is killed
 */
export async function startKubo(
  binary: string,
  paths: DevnetPaths,
  ports: { api: number; gateway: number },
  graceMs: number = GRACE_MS,
): Promise<ContentService> {
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    IPFS_PATH: paths.kuboRepo,
    IPFS_TELEMETRY: 'off',
  };
  const ipfs = (...args: string[]) =>
    execa(binary, args, { env, extendEnv: false, stdin: 'ignore', timeout: START_TIMEOUT_MS });
  const config = join(paths.kuboRepo, 'config');
  const fresh = !existsSync(config);
  try {
    const api = ports.api || (await freePort());
    const gateway = ports.gateway || (await freePort(api));
    if (fresh) {
      makeFolder(paths.kuboRepo, 0o700);
      await ipfs('init', '--empty-repo');
      // Older versions do not know it; our own commands say with each request what they want.
      await ipfs('config', 'profile', 'apply', PROFILE).catch(() => undefined);
    }
    const peerId = keepToItself(config, { api, gateway });
    const args = ['daemon', '--offline', '--migrate=false'];
    const [file, words] = notedCommand(paths, binary, args);
    const service = spawnService(file, words, paths.logs.content, env, graceMs);
    try {
      await service.firstLine(/Daemon is ready/, START_TIMEOUT_MS);
    } catch (error) {
      await service.stop();
      throw error;
    }
    return {
      service,
      info: {
        kind: 'kubo',
        process: service.identity,
        api: `http://127.0.0.1:${api}`,
        gateway: `http://127.0.0.1:${gateway}`,
        peerId,
      },
    };
  } catch (error) {
    throw new SaharaError(
      'DEVNET_START_FAILED',
      { reason: `Kubo (${binary}): ${saidIn(error)}`, log: paths.logs.content },
      { cause: error },
    );
  }
}

/** What the program said last, where it said anything. */
function saidIn(error: unknown): string {
  const { stderr, shortMessage, message } = error as Error & { stderr?: string; shortMessage?: string };
  return stderr?.trim().split('\n').at(-1) || (shortMessage ?? message);
}

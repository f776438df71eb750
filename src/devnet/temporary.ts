import { randomInt } from 'node:crypto';
import { accessSync, constants, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertDevnetName } from '../config/devnet-name.ts';
import { STATE_VARIABLE } from '../config/project.ts';
import { settingsEnv, toolsEnv } from './environment.ts';
import { findKubo } from './kubo/find.ts';
import { type LiveState, readLiveState } from './live-state.ts';
import { DEFAULT_DEVNET, devnetPaths } from './paths.ts';
import { endProcess, isAlive } from './process-identity.ts';
import { type StartOptions, startTemporary } from './start.ts';
import { stopDevnet } from './stop.ts';
import { lockHolder } from './supervisor/lock.ts';
import { callSupervisor } from './supervisor-client.ts';

export type TemporaryOptions = Pick<StartOptions, 'contentNode' | 'signal'> & {
  name?: string;
  /** Folder whose npm packages may bring Kubo, as those of a project do for its own devnet. */
  project?: string;
};

/** A devnet of its own: its chain begins with the genesis, its ports were free, and nothing of it stays. */
export type TemporaryDevnet = {
  live: LiveState;
  /** A folder of its own, outside of every project; it is a project itself. */
  dir: string;
  stateDir: string;
  name: string;
  /** What leads commands, scripts and tools to it, by the names that each of them reads. */
  env: Record<string, string>;
  /** Resolves with how its supervisor ended, when that was not asked for. */
  ended: Promise<string>;
  /** Ends it, whatever state it is in, and removes its folder. Doing it again does nothing. */
  discard(): Promise<void>;
  /** Stops it in good order and leaves its folder. @throws CHAIN_NOT_SAVED */
  keep(): Promise<void>;
};

/** A supervisor that has not ended by then is killed. Milliseconds. */
const GRACE_MS = 10_000;

/**
 * Starts a devnet that is gone with this process, even when that is killed: its supervisor then notices the end of a
 * pipe, and removes everything.
 *
 * @throws DEVNET_NAME_INVALID, DEVNET_START_FAILED, KUBO_MISSING, TOOLKIT_INCOMPLETE; then nothing is left of it
 */
export async function startTemporaryDevnet(options: TemporaryOptions): Promise<TemporaryDevnet> {
  const { name = DEFAULT_DEVNET, contentNode, signal, project } = options;
  await assertDevnetName(name);
  // Its supervisor would look for it in the devnet's own folder.
  const kubo = contentNode === 'embedded' ? undefined : await findKubo(process.env, project);
  signal?.throwIfAborted();
  // Made by its supervisor, which removes it.
  const dir = join(
    temporaryFolder(),
    `sahara-run-${randomInt(36 ** 6)
      .toString(36)
      .padStart(6, '0')}`,
  );
  const stateDir = join(dir, '.sahara');
  const paths = devnetPaths(stateDir, name);
  const ended = Promise.withResolvers<string>();
  let over: Promise<void> | undefined;
  const discard = () => {
    over ??= end(paths, dir);
    return over;
  };
  try {
    const live = await startTemporary({
      stateDir,
      name,
      contentNode,
      env: kubo ? { KUBO_BINARY: kubo.binary } : {},
      temporary: { dir, onEnd: (how) => void (over ?? ended.resolve(how)) },
      ...(signal ? { signal } : {}),
    });
    return {
      live,
      dir,
      stateDir,
      name,
      env: {
        ...settingsEnv(live),
        ...toolsEnv(live),
        [STATE_VARIABLE]: stateDir,
        SAHARA_DEVNET: name,
      },
      ended: ended.promise,
      discard,
      keep() {
        over ??= stopDevnet(stateDir, name).then(() => undefined);
        return over;
      },
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** @throws the system's error, where nothing can be written there */
function temporaryFolder(): string {
  const folder = realpathSync(tmpdir());
  accessSync(folder, constants.W_OK | constants.X_OK);
  return folder;
}

async function end(paths: ReturnType<typeof devnetPaths>, dir: string): Promise<void> {
  const live = readLiveState(paths);
  // One that is still starting has no record yet; told to end, it waits until it can.
  const supervisor = live?.supervisor ?? lockHolder(paths.lock);
  if (supervisor) {
    if (live) await callSupervisor(live.socket, 'POST', '/discard', GRACE_MS);
    for (const until = Date.now() + GRACE_MS; Date.now() < until && isAlive(supervisor); )
      await new Promise((r) => setTimeout(r, 15));
    await endProcess(supervisor);
  }
  // What a supervisor leaves that was killed.
  if (readLiveState(paths)) await (await import('./supervisor/chain.ts')).endOrphans(paths, false);
  rmSync(dir, { recursive: true, force: true });
}

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { ERRORS, type ErrorName, type ErrorParams, isError, SaharaError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import { stateFolder } from '../config/index.ts';
import { type ChainLost, takeChainLost } from './chain-lost.ts';
import { devnetNames } from './list.ts';
import { type LiveState, readLiveState } from './live-state.ts';
import { DEFAULT_DEVNET, devnetPaths } from './paths.ts';
import { freePort, isPortFree, isPortRace, PREFERRED_PORTS, portOwner, preferOrAny } from './ports.ts';
import { isAlive } from './process-identity.ts';
import { type DevnetStatus, devnetStatus, isLeft } from './status.ts';
import { lockHolder } from './supervisor/lock.ts';
import type { Handshake, SupervisorOptions } from './supervisor/options.ts';
import { spawnedAlive } from './supervisor/spawned.ts';
import { toolkitProgram } from './toolkit.ts';

const HANDSHAKE_TIMEOUT_MS = 45_000;
/** A long chain that has to be brought back takes its time. */
const LAUNCH_TIMEOUT_MS = 240_000;

export type StartOptions = {
  stateDir: string;
  name?: string;
  /** Ports that were asked for; null means the usual one if it is free, else any. */
  ports: { rpc: number | null; api: number | null; gateway: number | null };
  contentNode: SupervisorOptions['contentNode'];
  externalContent: SupervisorOptions['externalContent'];
  signal?: AbortSignal;
};

/** It ends with this process and takes the folder along; `onEnd` is told how its supervisor ended. */
export type Temporary = { dir: string; onEnd(how: string): void };

export type Started = {
  live: LiveState;
  alreadyRunning: boolean;
  /** What the chain lost since the start before, told once; null when that was nothing. */
  lost: ChainLost | null;
};

/**
 * Starts the devnet and returns once every service answers. Running already is success.
 *
 * @throws PORT_TAKEN, DEVNET_BUSY, DEVNET_START_FAILED, CHAIN_STATE_DAMAGED, CHAIN_NOT_SAVED, KUBO_MISSING, TOOLKIT_INCOMPLETE
 */
export async function startDevnet(options: StartOptions): Promise<Started> {
  const name = options.name ?? DEFAULT_DEVNET;
  const paths = devnetPaths(options.stateDir, name);
  const { lock } = paths;
  let usualPorts = true;
  for (const until = Date.now() + HANDSHAKE_TIMEOUT_MS; ; ) {
    const status = await devnetStatus(options.stateDir, name);
    // One that is about to be gone, or too busy to tell, is waited for.
    if (status.state === 'running' && status.services.length > 0 && !status.stopping)
      return { live: status.live, alreadyRunning: true, lost: takeChainLost(paths) };
    // Somebody else is starting or stopping it: what they make of it decides.
    const holder = lockHolder(lock);
    if (holder && Date.now() > until) throw new SaharaError('DEVNET_BUSY', { pid: holder.pid });
    if (!holder)
      try {
        {
          const live = await startOnce(options, name, status, usualPorts);
          return { live, alreadyRunning: false, lost: takeChainLost(paths) };
        }
      } catch (error) {
        // Another devnet took a usual port between our look at it and anvil's: any free one will do.
        const outrun = usualPorts && isError(error, 'DEVNET_START_FAILED') && isPortRace(error.message);
        if (outrun) usualPorts = false;
        // So is a port that another start of this devnet held until it failed.
        const passing =
          isError(error, 'PORT_TAKEN') && (lockHolder(lock) || (await isPortFree(error.params.port)));
        const overtaken = isError(error, 'DEVNET_BUSY') || passing;
        if ((!overtaken && !outrun) || Date.now() > until) throw error;
      }
    options.signal?.throwIfAborted();
    await new Promise((r) => setTimeout(r, 50));
  }
}

async function startOnce(
  options: StartOptions,
  name: string,
  status: DevnetStatus,
  usualPorts: boolean,
): Promise<LiveState> {
  const unasked = (port: number) => (usualPorts ? preferOrAny(port) : 0);
  stateFolder(options.stateDir, ['devnet', name]);
  const { ports } = options;
  await assertPortsFree(options, status);
  const supervisorOptions: SupervisorOptions = {
    stateDir: options.stateDir,
    name,
    ports: {
      rpc: ports.rpc ?? (await unasked(PREFERRED_PORTS.rpc)),
      api: ports.api ?? (await unasked(PREFERRED_PORTS.api)),
      gateway: ports.gateway ?? (await unasked(PREFERRED_PORTS.gateway)),
    },
    contentNode: options.contentNode,
    externalContent: options.externalContent,
  };
  return launch(supervisorOptions, devnetPaths(options.stateDir, name).logs.supervisor, options);
}

/**
 * Starts a devnet in a folder that its supervisor makes, on any free ports: nobody else can be at it, and there is
 * nothing before there is somebody to clear it away.
 *
 * @throws DEVNET_START_FAILED, KUBO_MISSING, TOOLKIT_INCOMPLETE
 */
export function startTemporary(
  options: Pick<StartOptions, 'stateDir' | 'contentNode' | 'signal'> & {
    name: string;
    temporary: Temporary;
    /** What its processes find in their environment besides ours. */
    env: Record<string, string>;
  },
): Promise<LiveState> {
  const { stateDir, name, contentNode, temporary } = options;
  return launch(
    {
      stateDir,
      name,
      ports: { rpc: 0, api: 0, gateway: 0 },
      contentNode,
      externalContent: null,
      temporary: temporary.dir,
    },
    devnetPaths(stateDir, name).logs.supervisor,
    options,
  );
}

/** That the ports which were asked for can be had. @throws PORT_TAKEN */
export async function assertPortsFree(
  { ports, stateDir, name }: Pick<StartOptions, 'ports' | 'stateDir' | 'name'>,
  status: DevnetStatus,
): Promise<void> {
  // What a dead supervisor left running holds ports too; the new one ends that first.
  const ours = isLeft(status) ? portsOf(status.live) : [];
  for (const [port, service] of [
    [ports.rpc, 'rpc'],
    [ports.api, 'api'],
    [ports.gateway, 'gateway'],
  ] as const)
    if (port !== null && !ours.includes(port)) await assertFree(port, service, stateDir, name);
}

function portsOf({ chain, content }: LiveState): number[] {
  const running = [
    ...(isAlive(chain.process) ? [chain.rpcUrl] : []),
    ...(content.process && isAlive(content.process) ? [content.api, content.gateway] : []),
  ];
  return running.map((url) => Number(new URL(url).port));
}

async function assertFree(
  port: number,
  service: 'rpc' | 'api' | 'gateway',
  stateDir: string,
  name: string | undefined,
): Promise<void> {
  if (await isPortFree(port)) return;
  const owner = portOwner(port);
  // It had begun to start when its supervisor was killed, and is ended by the next one as well.
  const left = spawnedAlive(devnetPaths(stateDir, name)).some(({ pid }) => owner?.endsWith(`(pid ${pid})`));
  if (left) return;
  const ours = devnetOn(stateDir, port);
  throw new SaharaError('PORT_TAKEN', {
    port,
    service,
    owner: ours ? `the devnet ${ours} of this project${owner ? `, ${owner}` : ''}` : owner,
    free: await freePort(),
  });
}

/** Which of the project's devnets says that it has a port. */
function devnetOn(stateDir: string, port: number): string | undefined {
  return devnetNames(stateDir).find((name) => {
    const live = readLiveState(devnetPaths(stateDir, name));
    return live !== undefined && portsOf(live).includes(port);
  });
}

type Launch = Pick<StartOptions, 'signal'> & { temporary?: Temporary; env?: Record<string, string> };

/**
 * Detached, with its output in a file: the supervisor outlives this process and holds none of its pipes. A temporary one
 * makes that file, and the folder that it is in, by itself.
 */
function launch(
  options: SupervisorOptions,
  log: string,
  { signal, temporary, env }: Launch,
): Promise<LiveState> {
  if (!temporary) makeFolder(dirname(log));
  const out = temporary ? 'ignore' : openSync(log, 'a');
  const child = spawn(process.execPath, [toolkitProgram('devnet/supervisor/main'), JSON.stringify(options)], {
    detached: true,
    // The processes that it starts share the compile cache that the launcher opened.
    env: { ...process.env, ...env, NODE_COMPILE_CACHE: getCompileCacheDir() },
    // The end of a pipe tells a temporary one that we are gone, however we went.
    stdio: [temporary ? 'pipe' : 'ignore', out, out, 'ipc'],
  });
  if (out !== 'ignore') closeSync(out);
  (child.stdin as Socket | null)?.unref();
  return new Promise((resolve, reject) => {
    /** What it said when it gave up; it has services to end then, and whoever is told finds nothing left. */
    let refusal: SaharaError | undefined;
    const failed = (reason: string) =>
      settle(() => reject(refusal ?? new SaharaError('DEVNET_START_FAILED', { reason, log })));
    const timer = setTimeout(() => {
      child.kill('SIGTERM');
      failed(`no word from it within ${LAUNCH_TIMEOUT_MS / 1000} s`);
    }, LAUNCH_TIMEOUT_MS);
    const abort = () => {
      child.kill('SIGTERM');
      settle(() => reject(signal?.reason));
    };
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      child.removeAllListeners();
      if (child.connected) child.disconnect();
      child.unref();
      // A pipe that breaks is the end of the supervisor, which is told below.
      child.stdin?.on('error', () => {});
      if (temporary) child.on('exit', (code, by) => temporary.onEnd(by ?? `exit code ${code}`));
      act();
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.on('error', (error) => failed(error.message));
    child.on('exit', (code, by) => failed(`the supervisor ended (${by ?? code})`));
    child.on('message', (message: Handshake) => {
      if (message.type === 'started') settle(() => resolve(message.live));
      else if (message.id in ERRORS)
        refusal = new SaharaError(message.id as ErrorName, message.params as ErrorParams<ErrorName>);
      else refusal = new SaharaError('DEVNET_START_FAILED', { reason: message.message, log });
    });
  });
}

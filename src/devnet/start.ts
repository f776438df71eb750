import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { ERRORS, type ErrorName, type ErrorParams, isError, SaharaError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import { stateFolder } from '../config/index.ts';
import { type ChainLost, takeChainLost } from './chain-lost.ts';
import type { LiveState } from './live-state.ts';
import { DEFAULT_DEVNET, devnetPaths } from './paths.ts';
import { freePort, isPortFree, isPortRace, PREFERRED_PORTS, portOwner, preferOrAny } from './ports.ts';
import { isAlive } from './process-identity.ts';
import { type DevnetStatus, devnetStatus } from './status.ts';
import { lockHolder } from './supervisor/lock.ts';
import type { Handshake, SupervisorOptions } from './supervisor/options.ts';
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
  await assertPortsFree(ports, status);
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
  return launch(supervisorOptions, devnetPaths(options.stateDir, name).logs.supervisor, options.signal);
}

/** That the ports which were asked for can be had. @throws PORT_TAKEN */
export async function assertPortsFree(ports: StartOptions['ports'], status: DevnetStatus): Promise<void> {
  // What a dead supervisor left running holds ports too; the new one ends that first.
  const ours = status.state === 'crashed' ? portsOf(status.live) : [];
  for (const [port, service] of [
    [ports.rpc, 'rpc'],
    [ports.api, 'api'],
    [ports.gateway, 'gateway'],
  ] as const)
    if (port !== null && !ours.includes(port)) await assertFree(port, service);
}

function portsOf({ chain, content }: LiveState): number[] {
  const running = [
    ...(isAlive(chain.process) ? [chain.rpcUrl] : []),
    ...(content.process && isAlive(content.process) ? [content.api, content.gateway] : []),
  ];
  return running.map((url) => Number(new URL(url).port));
}

async function assertFree(port: number, service: 'rpc' | 'api' | 'gateway'): Promise<void> {
  if (!(await isPortFree(port)))
    throw new SaharaError('PORT_TAKEN', { port, service, owner: portOwner(port), free: await freePort() });
}

/** Detached, with its output in a file: the supervisor outlives this process and holds none of its pipes. */
function launch(options: SupervisorOptions, log: string, signal?: AbortSignal): Promise<LiveState> {
  makeFolder(dirname(log));
  const out = openSync(log, 'a');
  const child = spawn(process.execPath, [toolkitProgram('devnet/supervisor/main'), JSON.stringify(options)], {
    detached: true,
    // The processes that it starts share the compile cache that the launcher opened.
    env: { ...process.env, NODE_COMPILE_CACHE: getCompileCacheDir() },
    stdio: ['ignore', out, out, 'ipc'],
  });
  closeSync(out);
  return new Promise((resolve, reject) => {
    const failed = (reason: string) =>
      settle(() => reject(new SaharaError('DEVNET_START_FAILED', { reason, log })));
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
      act();
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.on('error', (error) => failed(error.message));
    child.on('exit', (code, by) => failed(`the supervisor ended (${by ?? code})`));
    child.on('message', (message: Handshake) => {
      if (message.type === 'started') settle(() => resolve(message.live));
      else if (message.id in ERRORS)
        settle(() =>
          reject(new SaharaError(message.id as ErrorName, message.params as ErrorParams<ErrorName>)),
        );
      else failed(message.message);
    });
  });
}

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { ERRORS, type ErrorName, type ErrorParams, SaharaError } from '../base/errors.ts';
import { stateFolder } from '../config/index.ts';
import type { LiveState } from './live-state.ts';
import { DEFAULT_DEVNET, devnetPaths } from './paths.ts';
import { isPortFree, PREFERRED_PORTS, portOwner, preferOrAny } from './ports.ts';
import { devnetStatus } from './status.ts';
import type { Handshake, SupervisorOptions } from './supervisor/options.ts';
import { toolkitProgram } from './toolkit.ts';

const HANDSHAKE_TIMEOUT_MS = 45_000;

export type StartOptions = {
  stateDir: string;
  name?: string;
  /** Ports that were asked for; null means the usual one if it is free, else any. */
  ports: { rpc: number | null; api: number | null; gateway: number | null };
  contentNode: SupervisorOptions['contentNode'];
  externalContent: SupervisorOptions['externalContent'];
  signal?: AbortSignal;
};

export type Started = { live: LiveState; alreadyRunning: boolean };

/**
 * Starts the devnet and returns once every service answers. Running already is success.
 *
 * @throws PORT_TAKEN, DEVNET_BUSY, DEVNET_START_FAILED, CHAIN_STATE_DAMAGED, KUBO_MISSING, TOOLKIT_INCOMPLETE
 */
export async function startDevnet(options: StartOptions): Promise<Started> {
  const name = options.name ?? DEFAULT_DEVNET;
  const status = await devnetStatus(options.stateDir, name);
  if (status.state === 'running') return { live: status.live, alreadyRunning: true };

  stateFolder(options.stateDir, ['devnet', name]);
  const { ports } = options;
  await assertFree(ports.rpc, 'rpc');
  await assertFree(ports.api, 'content API');
  await assertFree(ports.gateway, 'gateway');
  const supervisorOptions: SupervisorOptions = {
    stateDir: options.stateDir,
    name,
    ports: {
      rpc: ports.rpc ?? (await preferOrAny(PREFERRED_PORTS.rpc)),
      api: ports.api ?? (await preferOrAny(PREFERRED_PORTS.api)),
      gateway: ports.gateway ?? (await preferOrAny(PREFERRED_PORTS.gateway)),
    },
    contentNode: options.contentNode,
    externalContent: options.externalContent,
  };
  const live = await launch(
    supervisorOptions,
    devnetPaths(options.stateDir, name).logs.supervisor,
    options.signal,
  );
  return { live, alreadyRunning: false };
}

async function assertFree(port: number | null, service: string): Promise<void> {
  if (port !== null && !(await isPortFree(port)))
    throw new SaharaError('PORT_TAKEN', { port, service, owner: portOwner(port) });
}

/** Detached, with its output in a file: the supervisor outlives this process and holds none of its pipes. */
function launch(options: SupervisorOptions, log: string, signal?: AbortSignal): Promise<LiveState> {
  mkdirSync(dirname(log), { recursive: true });
  const out = openSync(log, 'a');
  const child = spawn(process.execPath, [toolkitProgram('devnet/supervisor/main'), JSON.stringify(options)], {
    detached: true,
    stdio: ['ignore', out, out, 'ipc'],
  });
  closeSync(out);
  return new Promise((resolve, reject) => {
    const failed = (reason: string) =>
      settle(() => reject(new SaharaError('DEVNET_START_FAILED', { reason, log })));
    const timer = setTimeout(() => {
      child.kill('SIGTERM');
      failed(`no word from it within ${HANDSHAKE_TIMEOUT_MS / 1000} s`);
    }, HANDSHAKE_TIMEOUT_MS);
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

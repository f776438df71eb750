import { existsSync } from 'node:fs';
import { ERRORS, type ErrorName, type ErrorParams, SaharaError } from '../../base/errors.ts';
import { tellLoss } from '../chain-lost.ts';
import type { LiveState } from '../live-state.ts';
import { devnetPaths } from '../paths.ts';
import { startDevnet } from '../start.ts';
import { devnetStatus } from '../status.ts';
import { stopDevnet } from '../stop.ts';
import { callSupervisor } from '../supervisor-client.ts';
import type { SnapshotPlace, SnapshotRequest } from './types.ts';

/** Saving and loading a large chain takes long. */
const TIMEOUT_MS = 1_800_000;

/** Does something with the devnet while it runs. One that does not is started, on free ports, and stopped again. */
export async function whileRunning<T>(
  place: SnapshotPlace,
  work: (live: LiveState) => Promise<T>,
): Promise<T> {
  const { stateDir, name, signal } = place;
  const status = await devnetStatus(stateDir, name);
  if (status.state === 'running' && !status.stopping) return work(status.live);
  const { live, alreadyRunning, lost } = await startDevnet({
    stateDir,
    name,
    ports: { rpc: 0, api: 0, gateway: 0 },
    contentNode: contentNodeOf(place),
    externalContent: place.externalContent,
    ...(signal ? { signal } : {}),
  });
  if (lost) place.warn?.(tellLoss(lost));
  try {
    return await work(live);
  } finally {
    if (!alreadyRunning) await stopDevnet(stateDir, name);
  }
}

/** The one that has the content, whatever would be taken for a new devnet. */
function contentNodeOf({ stateDir, name, contentNode }: SnapshotPlace): SnapshotPlace['contentNode'] {
  const { contentRepo, kuboRepo } = devnetPaths(stateDir, name);
  const [isEmbedded, isKubo] = [existsSync(contentRepo), existsSync(kuboRepo)];
  if (isEmbedded === isKubo) return contentNode;
  return isKubo ? 'kubo' : 'embedded';
}

/** @throws what the supervisor says, as itself; SNAPSHOT_UNFINISHED when it says nothing */
export async function ask<T>({ socket }: LiveState, request: SnapshotRequest): Promise<T> {
  const answer = await callSupervisor(socket, 'POST', '/snapshots', TIMEOUT_MS, JSON.stringify(request));
  if (answer?.status === 200) return answer.body as T;
  const { name } = request;
  const { id, params, message } = (answer?.body ?? {}) as { id?: string; params?: unknown; message?: string };
  if (id && id in ERRORS) throw new SaharaError(id as ErrorName, params as ErrorParams<ErrorName>);
  const reason = !answer
    ? 'its supervisor ended meanwhile'
    : answer.status === 404
      ? 'the devnet was started by an older version of the toolkit; stop and start it'
      : (message ?? `its supervisor answered ${answer.status}`);
  throw new SaharaError('SNAPSHOT_UNFINISHED', { name, reason });
}

import { existsSync, rmSync } from 'node:fs';
import { SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { markChainLost } from '../chain-lost.ts';
import { clearLastEnd, markLastEnd } from '../last-end.ts';
import { type LiveState, readLiveState, removeLiveState, writeLiveState } from '../live-state.ts';
import { type DevnetPaths, devnetPaths } from '../paths.ts';
import { identify } from '../process-identity.ts';
import { isPending } from '../snapshots/is-pending.ts';
import { socketsOf } from '../sockets.ts';
import type { SupervisorStatus } from '../supervisor-client.ts';
import { assertStateKnown } from '../upgrade/known.ts';
import { CHAIN_ID } from './anvil.ts';
import type { ApiHandlers } from './api.ts';
import { type ChainService, endOrphans, startChain } from './chain.ts';
import { durableAnswer } from './commit.ts';
import { type ContentService, startContent } from './content.ts';
import { createHappenings } from './happenings.ts';
import { createHealth } from './health.ts';
import { type KeptChain, keepChain, saveOrCommit, withTrouble } from './keep-chain.ts';
import { keepContent } from './keep-content.ts';
import { lockHolder, takeLock } from './lock.ts';
import { log } from './log.ts';
import type { Handshake, SupervisorOptions } from './options.ts';
import { serveReady } from './ready.ts';
import { openSnapshotDoor, type SnapshotDoor } from './snapshot-door.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A service that keeps dying is not started for ever. */
const MAX_RESTARTS = 5;
/** How soon a devnet whose folder was removed is noticed. */
const WATCH_MS = 500;
/** What is made durable within this time still counts when there is no time. Milliseconds. */
const HURRY_MS = 500;

type Begun = { chain: ChainService; content: ContentService };

/** Both services, or none. */
async function begin(
  paths: DevnetPaths,
  options: SupervisorOptions,
  ipc: string | null,
  changed: () => void,
): Promise<Begun> {
  assertStateKnown(paths);
  // A restore that was decided is carried out; what it replaces is in a snapshot of its own.
  const pending = isPending(paths) ? await import('../snapshots/pending.ts') : undefined;
  await endOrphans(paths, !pending);
  await pending?.putInPlace(paths, options.stateDir);
  // The content node first, as it takes longer.
  const [content, chain] = await Promise.allSettled([
    startContent(paths, options),
    startChain(paths, options.ports.rpc, ipc, log, changed),
  ]);
  if (content.status === 'fulfilled' && chain.status === 'fulfilled') {
    if (pending) {
      // What cannot be pinned is no reason not to start.
      await pending.putPins(paths, content.value.info).catch((error: Error) => log(error.message));
      pending.finish(paths);
    }
    return { content: content.value, chain: chain.value };
  }
  if (content.status === 'fulfilled') await content.value.service?.stop();
  if (chain.status === 'fulfilled') await chain.value.stop();
  throw content.status === 'rejected' ? content.reason : (chain as PromiseRejectedResult).reason;
}

/** Owns one devnet: starts its services, watches them, and takes them down with itself. */
async function supervise(options: SupervisorOptions): Promise<void> {
  const paths = devnetPaths(options.stateDir, options.name);
  if (options.temporary) makeTemporaryFolder(options.temporary, options, paths);
  makeFolder(paths.dir);
  const sockets = socketsOf(paths);
  const release = takeLock(paths.lock);
  let chain: ChainService | undefined;
  let content: ContentService | undefined;
  let beginning: Promise<Begun> | undefined;
  let stopping: Promise<void> | undefined;
  let saving: Promise<void> | undefined;
  /** Once its state has been written, that is its claim to the folder. */
  let live: LiveState | undefined;
  let followed: LiveState | undefined;
  /** Whoever had us for a while is gone. */
  let isAlone = false;
  /** While the chain is being brought back. */
  let recovering: Promise<void> | undefined;
  const health = createHealth(paths, () => happenings.servicesChanged());
  const happenings = createHappenings(() => ({
    type: 'services',
    // Nobody can follow before there is one.
    live: followed as LiveState,
    services: [withTrouble(health.chain, chain), health.content],
    stopping: (stopping ?? saving) !== undefined,
  }));
  let kept: KeptChain | undefined;
  /** Once somebody asked for one. What is being saved or restored is waited for. */
  let snapshots: SnapshotDoor | undefined;

  /** Somebody removed the folder, and another devnet may have one of the same name by now. */
  const isReplaced = () => {
    const holder = lockHolder(paths.lock);
    return holder !== undefined && holder.pid !== process.pid;
  };
  const shutDown = (
    exitCode: number,
    chainIs: 'to save' | 'saved' | 'unwanted' = 'to save',
  ): Promise<void> => {
    stopping ??= (async () => {
      // Told to stop while it still starts: what is under way is waited for, or it would be left behind.
      const begun = await beginning?.catch(() => undefined);
      chain ??= begun?.chain;
      content ??= begun?.content;
      await snapshots?.settled();
      await recovering;
      let isSaved = chainIs === 'saved';
      if (chain && health.chain.state === 'running' && chainIs === 'to save') {
        happenings.stopping('save');
        isSaved = await saveOrCommit(chain, paths, log);
      }
      const replaced = isReplaced();
      happenings.stopping('content');
      const ended = content?.service?.stop();
      // A chain that is saved makes no block any more. One that is not goes at once, as what it still did would be lost.
      if (isSaved) await ended;
      happenings.stopping('chain');
      await Promise.all([chain?.stop(!replaced), ended]);
      if (!replaced) {
        // What another supervisor left is not ours to forget when we could not end it.
        if (live) removeLiveState(paths);
        if (process.platform !== 'win32') rmSync(sockets.supervisor, { force: true });
      }
      release();
      await happenings.end(exitCode, exitCode === 0 ? null : reason());
      if (options.temporary && (chainIs === 'unwanted' || isAlone))
        rmSync(options.temporary, { recursive: true, force: true });
      process.exit(exitCode);
    })();
    return stopping;
  };
  const reason = (): string =>
    health.chain.state === 'failed' ? `the chain ${health.chain.detail}` : 'its folder was removed';
  /** Saves before it stops anything: when that fails the devnet runs on, and the caller is told. */
  const saveAndStop = async () => {
    await snapshots?.settled();
    if (stopping) return;
    if (health.chain.state === 'running' && !saving) {
      happenings.stopping('save');
      saving = chain?.save();
    }
    try {
      await saving;
    } catch (error) {
      saving = undefined;
      happenings.servicesChanged();
      throw error;
    }
    // The answer first, then the end.
    setImmediate(() => void shutDown(0, 'saved'));
  };
  /** For who cannot wait for a checkpoint: all that was acknowledged is in the journal. */
  const endAtOnce = () => {
    const soon = new Promise((resolve) => setTimeout(resolve, HURRY_MS));
    void Promise.race([soon, chain?.commit().catch(() => {})]).then(() => shutDown(0, 'saved'));
  };
  process.on('SIGTERM', () => void shutDown(0));
  process.on('SIGINT', () => void shutDown(0));
  if (options.temporary)
    process.stdin.resume().on('end', () => {
      isAlone = true;
      void shutDown(0, 'unwanted');
    });
  // A file that may grow no longer is as a disk that is full: the write fails, and that is told.
  if (process.platform !== 'win32') process.on('SIGXFSZ', () => {});

  try {
    beginning = begin(paths, options, sockets.chain, happenings.chainChanged);
    // HTTP is slow to load; there is time for it while the services start.
    const [begun, { serveApi }] = await Promise.all([beginning, import('./api.ts')]);
    if (stopping) return;
    ({ chain, content } = begun);
    // Whoever is told that it has started looks for it at once.
    if (chain.lost) markChainLost(paths, chain.lost);
    clearLastEnd(paths);

    const now: LiveState = {
      format: 1,
      name: options.name,
      supervisor: identify(process.pid) ?? { pid: process.pid, startTime: null },
      startedAt: new Date().toISOString(),
      chain: {
        process: chain.identity,
        rpcUrl: chain.rpcUrl,
        ipc: sockets.chain,
        chainId: CHAIN_ID,
        instanceId: chain.instanceId,
        genesisHash: chain.genesisHash,
        ...(chain.fork ? { fork: chain.fork } : {}),
      },
      content: content.info,
      socket: sockets.supervisor,
      ready: null,
    };
    const ready = await serveReady(() => ((stopping ?? saving) ? undefined : now));
    ready.server.unref();
    now.ready = ready.url;
    followed = now;
    const api: ApiHandlers = {
      'GET /status': (): SupervisorStatus => ({
        live: now,
        services: [withTrouble(health.chain, chain), health.content],
        stopping: (stopping ?? saving) !== undefined,
      }),
      // Where a command waits until what it did is durable.
      'POST /commit': async (body) => {
        await recovering;
        return durableAnswer(chain, body);
      },
      'POST /snapshots': async (body) => {
        await recovering;
        if (stopping ?? saving) throw new Error('the devnet is being stopped');
        snapshots ??= openSnapshotDoor({
          paths,
          stateDir: options.stateDir,
          live: () => now,
          chain: () => (health.chain.state === 'running' ? chain : undefined),
          replaceChain: (between) =>
            kept
              ? kept.replace('a snapshot is being restored', between)
              : Promise.reject(new Error('too soon')),
          log,
        });
        return snapshots.ask(body);
      },
      'POST /stop': saveAndStop,
      'POST /end': () => {
        setImmediate(endAtOnce);
      },
      'POST /discard': () => {
        setImmediate(() => void shutDown(0, 'unwanted'));
      },
    };
    const server = await serveApi(sockets.supervisor, api, happenings.follow);
    server.unref();
    live = now;
    writeLiveState(paths, now);
    handshake({ type: 'started', live: now });
    log(`ready: chain ${now.chain.rpcUrl}, content ${now.content.api}`);

    // Nobody could find it, or stop it, any more.
    setInterval(() => {
      if (stopping || readLiveState(paths)?.chain.instanceId === now.chain.instanceId) return;
      log(`${paths.live} is gone; stopping`);
      void shutDown(1, existsSync(paths.dir) && !isReplaced() ? 'to save' : 'unwanted');
    }, WATCH_MS).unref();

    kept = keepChain(chain, {
      maxRestarts: MAX_RESTARTS,
      // On the port it had, which clients know.
      startAgain: () => {
        const port = Number(new URL(now.chain.rpcUrl).port);
        return startChain(paths, port, sockets.chain, log, happenings.chainChanged);
      },
      isStopping: () => stopping !== undefined,
      told: (state) => health.tell('chain', state),
      recovering: (work) => {
        recovering = work;
      },
      back: (again) => {
        chain = again;
        if (again.lost) markChainLost(paths, again.lost);
        const { identity, instanceId, genesisHash } = again;
        now.chain = { ...now.chain, process: identity, instanceId, genesisHash };
        writeLiveState(paths, now);
      },
      giveUp: () => {
        markLastEnd(paths, { how: reason(), lastLines: health.chain.lastLines });
        void shutDown(1);
      },
      log,
    });
    keepContent(content, {
      maxRestarts: MAX_RESTARTS,
      // On the ports it had, which clients know.
      startAgain: () => {
        const port = (url: string) => Number(new URL(url).port);
        const ports = { rpc: 0, api: port(now.content.api), gateway: port(now.content.gateway) };
        return startContent(paths, { ...options, ports });
      },
      isStopping: () => stopping !== undefined,
      told: (state) => health.tell('content', state),
      back: (again) => {
        content = again;
        now.content = again.info;
        writeLiveState(paths, now);
      },
      log,
    });
  } catch (error) {
    const known = error instanceof SaharaError;
    handshake({
      type: 'error',
      id: known ? error.id : 'INTERNAL',
      params: known ? error.params : { message: String((error as Error).stack) },
      message: (error as Error).message,
    });
    log(String((error as Error).stack));
    // Nothing was promised yet, so the saved chain is left as it is.
    await shutDown(1, 'saved');
  }
}

function handshake(message: Handshake): void {
  if (process.send)
    process.send(message, undefined, undefined, () => process.connected && process.disconnect());
}

void supervise(JSON.parse(process.argv[2] ?? '{}') as SupervisorOptions).catch((error) => {
  const known = error instanceof SaharaError;
  handshake({
    type: 'error',
    id: known ? error.id : 'INTERNAL',
    params: known ? error.params : { message: String(error) },
    message: String(error?.message),
  });
  process.exitCode = 1;
});

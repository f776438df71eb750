import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { readChainLost } from './chain-lost.ts';
import { planRecovery } from './durability/plan.ts';
import type { ForeseenStart } from './foresee.ts';
import { findKubo, LOOKED } from './kubo/find.ts';
import { DEFAULT_DEVNET, devnetPaths } from './paths.ts';
import { isPortFree, PREFERRED_PORTS } from './ports.ts';
import { assertPortsFree, type Started, type StartOptions } from './start.ts';
import { devnetStatus } from './status.ts';
import { CHAIN_ID } from './supervisor/anvil.ts';
import { assertWhole } from './supervisor/chain.ts';
import { lockHolder } from './supervisor/lock.ts';
import { anvilBinary, toolkitProgram } from './toolkit.ts';
import { assertStateKnown } from './upgrade/known.ts';

/** See `foreseeStart`. */
export async function workOut(options: StartOptions): Promise<Started | ForeseenStart> {
  const name = options.name ?? DEFAULT_DEVNET;
  const paths = devnetPaths(options.stateDir, name);
  const status = await devnetStatus(options.stateDir, name);
  const lost = readChainLost(paths);
  if (status.state === 'running') return { live: status.live, alreadyRunning: true, lost };
  assertStateKnown(paths);
  const holder = lockHolder(paths.lock);
  if (holder) throw new SaharaError('DEVNET_BUSY', { pid: holder.pid });
  await assertPortsFree(options, status);
  anvilBinary();
  toolkitProgram('devnet/supervisor/main');
  // Where a journal leads to the same chain, what is damaged is not needed.
  if (existsSync(paths.chainState) && planRecovery(paths).journals.length === 0)
    assertWhole(paths.chainState);
  const { externalContent } = options;
  const kubo =
    options.contentNode === 'embedded' ? undefined : await findKubo(process.env, dirname(options.stateDir));
  if (!externalContent && !kubo && options.contentNode === 'kubo')
    throw new SaharaError('KUBO_MISSING', { looked: LOOKED });
  const url = async (service: 'rpc' | 'api' | 'gateway') => {
    const port = options.ports[service] ?? PREFERRED_PORTS[service];
    const known = options.ports[service] !== null || (await isPortFree(port));
    return known ? `http://127.0.0.1:${port}` : null;
  };
  return {
    live: {
      format: 1,
      name,
      supervisor: null,
      startedAt: null,
      chain: {
        process: null,
        rpcUrl: await url('rpc'),
        ipc: null,
        chainId: CHAIN_ID,
        instanceId: null,
        genesisHash: null,
      },
      content: {
        kind: externalContent ? 'external' : kubo ? 'kubo' : 'embedded',
        process: null,
        api: externalContent ? externalContent.api : await url('api'),
        gateway: externalContent ? (externalContent.gateway ?? externalContent.api) : await url('gateway'),
        peerId: null,
      },
      socket: null,
      ready: null,
    },
    alreadyRunning: false,
    lost,
  };
}

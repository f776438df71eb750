import { dirname } from 'node:path';
import { type ErrorParams, isError, SaharaError } from '../../base/errors.ts';
import { findKubo, LOOKED } from '../kubo/find.ts';
import type { LiveState } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import { toolkitProgram } from '../toolkit.ts';
import { startKubo } from './kubo.ts';
import type { SupervisorOptions } from './options.ts';
import { type Service, spawnService } from './service.ts';

const START_TIMEOUT_MS = 15_000;

export type ContentService = { service: Service | null; info: LiveState['content'] };

/** The configured endpoint, else Kubo where its binary is, else the embedded node. */
export async function startContent(paths: DevnetPaths, options: SupervisorOptions): Promise<ContentService> {
  if (options.externalContent) {
    const { api, gateway } = options.externalContent;
    return {
      service: null,
      info: { kind: 'external', process: null, api, gateway: gateway ?? api, peerId: null },
    };
  }
  const kubo =
    options.contentNode === 'embedded' ? undefined : await findKubo(process.env, dirname(options.stateDir));
  if (!kubo && options.contentNode === 'kubo') throw new SaharaError('KUBO_MISSING', { looked: LOOKED });
  return kubo ? startKubo(kubo.binary, paths, options.ports) : startEmbedded(paths, options.ports);
}

async function startEmbedded(paths: DevnetPaths, ports: SupervisorOptions['ports']): Promise<ContentService> {
  const args = [
    toolkitProgram('content/node/main'),
    ...[
      '--repo',
      paths.contentRepo,
      '--api-port',
      String(ports.api),
      '--gateway-port',
      String(ports.gateway),
    ],
    '--exit-with-stdin',
  ];
  const service = spawnService(process.execPath, args, paths.logs.content);
  try {
    const [line] = await service.firstLine(/^\{.*\}$/m, START_TIMEOUT_MS);
    const ready = JSON.parse(line) as {
      ready: boolean;
      api: string;
      gateway: string;
      peerId: string;
      error?: { code: string; message: string; port?: number; path?: string; params?: unknown };
    };
    const { code = '', path } = ready.error ?? {};
    if (path !== undefined && ['EACCES', 'EPERM', 'EROFS'].includes(code))
      // The lock is made under a passing name, which nobody would find: the folder is what refuses.
      throw new SaharaError('FILE_DENIED', { path: path.replace(/[\\/]lock\.json\.\d+$/, ''), reason: code });
    if (code === 'STATE_TOO_NEW')
      throw new SaharaError(code, ready.error?.params as ErrorParams<typeof code>);
    if (!ready.ready)
      throw new Error(`${code || 'failed'} ${ready.error?.port ?? ready.error?.message ?? ''}`.trim());
    return {
      service,
      info: {
        kind: 'embedded',
        process: service.identity,
        api: ready.api,
        gateway: ready.gateway,
        peerId: ready.peerId,
      },
    };
  } catch (error) {
    await service.stop();
    // It says by itself which file, and what to do; a log tells no more.
    if (isError(error, 'FILE_DENIED') || isError(error, 'STATE_TOO_NEW')) throw error;
    throw new SaharaError(
      'DEVNET_START_FAILED',
      { reason: `the content node: ${(error as Error).message}`, log: paths.logs.content },
      { cause: error },
    );
  }
}

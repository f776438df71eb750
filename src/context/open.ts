import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { Logger, Progress } from '../base/progress.ts';
import { silentLogger, silentProgress } from '../base/progress.ts';
import { type Chain, openChain, type Sending, type Signer } from '../chain/index.ts';
import {
  type Config,
  DEFAULT_DEVNET,
  findProject,
  loadConfig,
  type Project,
  resolveAccount,
  signingKey,
} from '../config/index.ts';
import type { ContentStore } from '../content/index.ts';
import type { Context } from './context.ts';
import { lazyContentStore } from './lazy-content-store.ts';

/** Where a project's services are, as its devnet tells. */
export type Endpoints = {
  rpcUrl: string;
  ipc: string | null;
  chainId: number;
  instanceId: `0x${string}` | null;
  /** Socket of the supervisor that makes the chain durable; null where it has none. */
  supervisor: string | null;
  api: string;
  gateway: string;
};

/** Endpoints by configuration where they are set, else those of the running devnet. */
export function endpointsOf(
  project: Project,
  config: Config,
  live:
    | {
        chain: { rpcUrl: string; ipc: string | null; chainId: number; instanceId: `0x${string}` };
        content: { api: string; gateway: string };
        socket?: string;
      }
    | undefined,
): Endpoints {
  if (!live && config.rpcUrl === null)
    throw new SaharaError('DEVNET_NOT_RUNNING', notRunning(project, config));
  const foreign = config.rpcUrl !== null && config.rpcUrl !== live?.chain.rpcUrl;
  const api = config.content.api ?? live?.content.api ?? '';
  return {
    rpcUrl: config.rpcUrl ?? live?.chain.rpcUrl ?? '',
    ipc: foreign ? null : (live?.chain.ipc ?? null),
    chainId: config.chainId,
    instanceId: foreign ? null : (live?.chain.instanceId ?? null),
    supervisor: foreign ? null : (live?.socket ?? null),
    api,
    gateway: config.content.gateway ?? (config.content.api ? api : (live?.content.gateway ?? api)),
  };
}

/** Which devnet is not there. */
export function notRunning(project: Project, { devnet }: Config): { project: string; name?: string } {
  return { project: project.root, ...(devnet.name === DEFAULT_DEVNET ? {} : { name: devnet.name }) };
}

/** The settings without those that name other services than the devnet's own. */
function ownSettings(config: Config): Config {
  return {
    ...config,
    network: null,
    rpcUrl: null,
    chainId: 31337,
    content: { ...config.content, api: null, gateway: null },
  };
}

/** A named account, ready to sign. */
export async function openSigner(ref: string): Promise<Signer> {
  const account = resolveAccount(ref);
  return { name: account.name, account: await signingKey(account) };
}

export type OpenOptions = {
  /** Project folder; by default found from the working directory. */
  project?: string;
  /** Where the toolkit keeps what it makes; by default the project's `.sahara`. */
  stateDir?: string;
  logger?: Logger;
  progress?: Progress;
  signal?: AbortSignal;
  /** The devnet's live state, from `liveDevnet` of `sahara-devkit/devnet`. */
  live?: Parameters<typeof endpointsOf>[2];
  /** Nothing is changed: transactions are worked out and not sent, uploads are left out, no file is written. */
  dryRun?: boolean;
  /** How transactions are sent where the chain is no devnet; a script that says nothing is asked nothing. */
  sending?: Sending;
  /** Use that devnet whatever the settings name: for what must not reach another chain. */
  onlyLive?: boolean;
};

/**
 * Opens a context for scripts: the same that every command gets.
 *
 * @example
 * const project = findProject(process.cwd());
 * const context = await openContext({ live: liveDevnet(project.stateDir) });
 */
export async function openContext(options: OpenOptions = {}): Promise<Context> {
  const found = findProject(process.cwd(), options.project);
  const project = options.stateDir ? { ...found, stateDir: options.stateDir } : found;
  const { config } = await loadConfig(project, process.env);
  const endpoints = endpointsOf(project, options.onlyLive ? ownSettings(config) : config, options.live);
  const { sending = { outbox: join(project.stateDir, 'outbox') } } = options;
  const chain = await openChain({ ...endpoints, sending });
  const content = lazyContentStore({
    api: endpoints.api,
    gateway: endpoints.gateway,
    network: config.network ?? endpoints.rpcUrl,
  });
  const { dryRun = false } = options;
  return {
    project,
    ...(dryRun ? await withoutEffects(chain, content) : { chain, content }),
    dryRun,
    logger: options.logger ?? silentLogger,
    progress: options.progress ?? silentProgress,
    signal: options.signal ?? new AbortController().signal,
    clock: () => new Date(),
  };
}

/** Loaded only where it is asked for. */
async function withoutEffects(
  chain: Chain,
  content: ContentStore,
): Promise<Pick<Context, 'chain' | 'content'>> {
  const [{ dryRunChain }, { dryRunStore }] = await Promise.all([
    import('../chain/dry-run.ts'),
    import('../content/dry-run-store.ts'),
  ]);
  return { chain: dryRunChain(chain), content: dryRunStore(content) };
}

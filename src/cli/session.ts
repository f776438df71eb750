import { SaharaError } from '../base/errors.ts';
import type { Logger, Progress } from '../base/progress.ts';
import {
  assertDevnetName,
  type Config,
  findProject,
  type LoadedConfig,
  loadConfig,
  type Project,
} from '../config/index.ts';
import type { ContentAccess, ContentStore } from '../content/index.ts';
import type { Context, SigningContext } from '../context/index.ts';
import { sendingOf } from './approve.ts';
import type { Output } from './output.ts';
import { knowOwnAccounts } from './own-accounts.ts';
import { patiently } from './patience.ts';

/** What a command may open. Nothing is loaded, read or connected before it is asked for. */
export type Session = {
  project: Project;
  loaded(): Promise<LoadedConfig>;
  /** Which of the project's devnets is meant: --name, else as the settings say. @throws DEVNET_NAME_INVALID */
  devnet(flag?: string): Promise<string>;
  config(): Promise<Config>;
  /** Connects to the chain and the content store of the project. */
  context(): Promise<Context>;
  /** The same with an account to sign: --account, else the configured one, else `fallback`. */
  signing(fallback: string): Promise<SigningContext>;
  /**
   * The content node alone, or this remote: the chain is not asked for. Whoever uses it sees to dry runs.
   *
   * @throws DEVNET_NOT_RUNNING, and of a remote as `remoteContent`
   */
  content(remote?: string): Promise<ContentAccess>;
  /** A content store that the settings name; it needs no devnet. In a dry run nothing is sent to it. */
  remote(name: string): Promise<ContentStore>;
  /** Tries again while a service is not there yet, for as long as --wait says. See `patiently`. */
  patiently<R>(attempt: () => Promise<R>, isThere?: (result: R) => boolean): Promise<R>;
  /** Takes what forgets a transaction on a network: see `Sending`. */
  untilReported(forget: () => void): void;
  /** What was done is reported: a network's transactions are forgotten, and wanted again when they are asked for again. */
  reported(): void;
  close(): Promise<void>;
};

export type SessionOptions = {
  project: string | undefined;
  /** As it stands on the command line; the environment is a source of settings of its own. */
  accountFlag: string | undefined;
  /** How long to wait for services that are not there yet, milliseconds. */
  waitMs: number;
  progress: Progress;
  logger: Logger;
  output: Output;
  signal: AbortSignal;
  /** --yes was given: what costs money is not asked about. */
  yes: boolean;
  /** Whatever the command opens then changes nothing. */
  dryRun: boolean;
};

export function createSession(options: SessionOptions): Session {
  const project = findProject(process.cwd(), options.project, process.env);
  knowOwnAccounts(project.stateDir, options);
  let loaded: Promise<LoadedConfig> | undefined;
  let context: Promise<Context> | undefined;
  let content: Promise<ContentAccess> | undefined;
  const remotes = new Map<string, Promise<ContentStore>>();
  const unreported: (() => void)[] = [];
  const untilReported = (forget: () => void) => void unreported.push(forget);
  const tryOften: Session['patiently'] = (attempt, isThere) =>
    patiently(options.waitMs, options.signal, attempt, isThere);

  const load = () => {
    loaded ??= loadConfig(project, process.env, {
      account: { flag: '--account', value: options.accountFlag },
    });
    return loaded;
  };
  // Where the flag says it, the settings need not be read: they may be what is wrong.
  const devnet = async (flag?: string) => {
    if (flag === undefined) return (await load()).config.devnet.name;
    await assertDevnetName(flag);
    return flag;
  };
  const open = () => {
    context ??= (async () => {
      const [{ openContext }, { liveDevnet }, { onReturningChain }] = await Promise.all([
        import('../context/index.ts'),
        import('../devnet/live.ts'),
        import('../devnet/returning.ts'),
      ]);
      const { progress, logger, signal, dryRun } = options;
      const name = await devnet();
      const sending = sendingOf(project.stateDir, (await load()).config, options, untilReported);
      const { root, stateDir } = project;
      const opening = { project: root, stateDir, progress, logger, signal, dryRun, sending };
      return tryOften(() =>
        onReturningChain(
          liveDevnet(stateDir, name),
          (live) => openContext({ ...opening, ...(live ? { live } : {}) }),
          { signal, logger },
        ),
      );
    })();
    return context;
  };
  const openNode = async (remote?: string): Promise<ContentAccess> => {
    const [{ openContent, openRemoteContent }, { liveDevnet }, { config }] = await Promise.all([
      import('../content/index.ts'),
      import('../devnet/live.ts'),
      load(),
    ]);
    if (remote !== undefined)
      return await openRemoteContent({ project: project.root, config, env: process.env }, remote);
    return await tryOften(async () => {
      const live = config.content.api ? undefined : liveDevnet(project.stateDir, config.devnet.name);
      const api = config.content.api ?? live?.content.api;
      if (!api) {
        const { notRunning } = await import('../context/open.ts');
        throw new SaharaError('DEVNET_NOT_RUNNING', notRunning(project, config));
      }
      const gateway = config.content.gateway ?? live?.content.gateway;
      return openContent({ api, ...(gateway ? { gateway } : {}) });
    });
  };

  const openRemote = async (name: string): Promise<ContentStore> => {
    const [{ config }, { remoteContent }] = await Promise.all([load(), import('../content/remote.ts')]);
    const store = await remoteContent({ project: project.root, config, env: process.env }, name);
    if (!options.dryRun) return store;
    return (await import('../content/dry-run-store.ts')).dryRunStore(store);
  };

  return {
    project,
    loaded: load,
    devnet,
    config: async () => (await load()).config,
    context: open,
    content(remote) {
      content ??= openNode(remote);
      return content;
    },
    async signing(fallback) {
      const { config } = await load();
      const [{ openSigner }, opened] = await Promise.all([import('../context/index.ts'), open()]);
      if (opened.chain.isDevnet) return { ...opened, signer: await openSigner(config.account ?? fallback) };
      const { openNetworkSigner } = await import('../context/network-signer.ts');
      return { ...opened, signer: await openNetworkSigner(opened.chain, config.account ?? fallback) };
    },
    remote(name) {
      const opened = remotes.get(name) ?? openRemote(name);
      remotes.set(name, opened);
      return opened;
    },
    patiently: tryOften,
    untilReported,
    reported() {
      for (const forget of unreported.splice(0)) forget();
    },
    async close() {
      for (const remote of remotes.values()) (await remote.catch(() => undefined))?.close();
      (await context?.catch(() => undefined))?.content.close();
      (await content?.catch(() => undefined))?.close();
    },
  };
}

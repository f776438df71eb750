import { SaharaError } from '../base/errors.ts';
import type { Logger, Progress } from '../base/progress.ts';
import { type Config, findProject, type LoadedConfig, loadConfig, type Project } from '../config/index.ts';
import type { ContentAccess } from '../content/index.ts';
import type { Context, SigningContext } from '../context/index.ts';
import { patiently } from './patience.ts';

/** What a command may open. Nothing is loaded, read or connected before it is asked for. */
export type Session = {
  project: Project;
  loaded(): Promise<LoadedConfig>;
  config(): Promise<Config>;
  /** Connects to the chain and the content store of the project. */
  context(): Promise<Context>;
  /** The same with an account to sign: --account, else the configured one, else `fallback`. */
  signing(fallback: string): Promise<SigningContext>;
  /** The content node alone: the chain is not asked for. @throws DEVNET_NOT_RUNNING */
  content(): Promise<ContentAccess>;
  /** Tries again while a service is not there yet, for as long as --wait says. See `patiently`. */
  patiently<R>(attempt: () => Promise<R>, isThere?: (result: R) => boolean): Promise<R>;
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
  signal: AbortSignal;
  /** Whatever the command opens then changes nothing. */
  dryRun: boolean;
};

export function createSession(options: SessionOptions): Session {
  const project = findProject(process.cwd(), options.project);
  let loaded: Promise<LoadedConfig> | undefined;
  let context: Promise<Context> | undefined;
  let content: Promise<ContentAccess> | undefined;
  const tryOften: Session['patiently'] = (attempt, isThere) =>
    patiently(options.waitMs, options.signal, attempt, isThere);

  const load = () => {
    loaded ??= loadConfig(project, process.env, {
      account: { flag: '--account', value: options.accountFlag },
    });
    return loaded;
  };
  const open = () => {
    context ??= (async () => {
      const [{ openContext }, { liveDevnet }] = await Promise.all([
        import('../context/index.ts'),
        import('../devnet/live.ts'),
      ]);
      const { progress, logger, signal, dryRun } = options;
      return tryOften(() => {
        const live = liveDevnet(project.stateDir);
        return openContext({
          project: project.root,
          progress,
          logger,
          signal,
          dryRun,
          ...(live ? { live } : {}),
        });
      });
    })();
    return context;
  };
  const openNode = () => {
    content ??= (async () => {
      const [{ openContent }, { liveDevnet }, { config }] = await Promise.all([
        import('../content/index.ts'),
        import('../devnet/live.ts'),
        load(),
      ]);
      return tryOften(async () => {
        const live = config.content.api ? undefined : liveDevnet(project.stateDir);
        const api = config.content.api ?? live?.content.api;
        if (!api) throw new SaharaError('DEVNET_NOT_RUNNING', { project: project.root });
        const gateway = config.content.gateway ?? live?.content.gateway;
        return openContent({ api, ...(gateway ? { gateway } : {}) });
      });
    })();
    return content;
  };

  return {
    project,
    loaded: load,
    config: async () => (await load()).config,
    context: open,
    content: openNode,
    async signing(fallback) {
      const { config } = await load();
      const [{ openSigner }, opened] = await Promise.all([import('../context/index.ts'), open()]);
      return { ...opened, signer: await openSigner(config.account ?? fallback) };
    },
    patiently: tryOften,
    async close() {
      (await context?.catch(() => undefined))?.content.close();
      (await content?.catch(() => undefined))?.close();
    },
  };
}

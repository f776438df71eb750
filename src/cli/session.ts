import type { Logger, Progress } from '../base/progress.ts';
import { type Config, findProject, type LoadedConfig, loadConfig, type Project } from '../config/index.ts';
import type { Context, SigningContext } from '../context/index.ts';

/** What a command may open. Nothing is loaded, read or connected before it is asked for. */
export type Session = {
  project: Project;
  loaded(): Promise<LoadedConfig>;
  config(): Promise<Config>;
  /** Connects to the chain and the content store of the project. */
  context(): Promise<Context>;
  /** The same with an account to sign: --account, else the configured one, else `fallback`. */
  signing(fallback: string): Promise<SigningContext>;
  close(): Promise<void>;
};

export type SessionOptions = {
  project: string | undefined;
  accountFlag: string | undefined;
  progress: Progress;
  logger: Logger;
  signal: AbortSignal;
};

export function createSession(options: SessionOptions): Session {
  const project = findProject(process.cwd(), options.project);
  let loaded: Promise<LoadedConfig> | undefined;
  let context: Promise<Context> | undefined;

  const load = () => {
    loaded ??= loadConfig(project, process.env);
    return loaded;
  };
  const open = () => {
    context ??= (async () => {
      const [{ openContext }, { liveDevnet }] = await Promise.all([
        import('../context/index.ts'),
        import('../devnet/live.ts'),
      ]);
      const live = liveDevnet(project.stateDir);
      const { progress, logger, signal } = options;
      return openContext({ project: project.root, progress, logger, signal, ...(live ? { live } : {}) });
    })();
    return context;
  };

  return {
    project,
    loaded: load,
    config: async () => (await load()).config,
    context: open,
    async signing(fallback) {
      const { config } = await load();
      const [{ openSigner }, opened] = await Promise.all([import('../context/index.ts'), open()]);
      return { ...opened, signer: await openSigner(options.accountFlag ?? config.account ?? fallback) };
    },
    async close() {
      (await context?.catch(() => undefined))?.content.close();
    },
  };
}

import type { Logger, Progress } from '../base/progress.ts';
import type { Chain, Signer } from '../chain/index.ts';
import type { Project } from '../config/index.ts';
import type { ContentStore } from '../content/index.ts';

/** What a domain function may reach. It prints nothing, exits nothing, and reads neither flags nor environment. */
export type Context = {
  project: Project;
  chain: Chain;
  content: ContentStore;
  logger: Logger;
  progress: Progress;
  signal: AbortSignal;
  /** True where nothing may be changed: the chain and the content store see to it for what is theirs. */
  dryRun: boolean;
  /** Wall clock, for documents; the chain has its own. */
  clock: () => Date;
};

/** A context with somebody to act for. */
export type SigningContext = Context & { signer: Signer };

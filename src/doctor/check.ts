import type { NextStep } from '../base/errors.ts';
import type { Project } from '../config/index.ts';

/** What a check came to. A problem keeps something from working; a warning may. `skipped`: there was nothing to look at. */
export type CheckStatus = 'ok' | 'warning' | 'problem' | 'skipped';

/** In the order in which they are shown. */
export const AREAS = ['toolkit', 'machine', 'project', 'settings', 'devnet'] as const;
export type Area = (typeof AREAS)[number];

/** Something that can be mended without asking anybody and without losing anything. */
export type Fix = {
  /** What it does, as the rest of a sentence: "remove the stale lock". */
  says: string;
  /** Looks again before it acts, as what was found may have changed. Doing it twice does nothing twice. */
  apply(): Promise<void> | void;
};

export type Finding = {
  status: CheckStatus;
  /** One sentence. */
  says: string;
  /** Particulars and advice, a sentence each. */
  detail?: string[];
  /** True for what is in order and still worth a line. */
  note?: boolean;
  /** Commands that help, each of which works when pasted. */
  remedy?: NextStep[];
  fix?: Fix;
  /** Versions that were found on the way, for the report. */
  versions?: Record<string, string>;
};

/** What a check may look at. It changes nothing but through its fix, and removes what it made to try something out. */
export type DoctorEnv = {
  project: Project;
  /** Folder of the installed toolkit: where its package.json is. */
  toolkit: string;
  /** The environment of whoever asked. */
  env: NodeJS.ProcessEnv;
  /** Aborted when the check is out of time, or everything is interrupted. */
  signal: AbortSignal;
};

export type Run = (env: DoctorEnv) => Promise<Finding> | Finding;

/** A check by its stable name. Its code is loaded when it runs, as it may be the very part that is missing. */
export type Check = {
  id: string;
  area: Area;
  /** A few words: what it looks at. */
  title: string;
  load(): Promise<{ run: Run }>;
};

type More = Omit<Finding, 'status' | 'says'>;

export const ok = (says: string, more: More = {}): Finding => ({ status: 'ok', says, ...more });
export const note = (says: string, more: More = {}): Finding => ({
  status: 'ok',
  says,
  note: true,
  ...more,
});
export const warning = (says: string, more: More = {}): Finding => ({ status: 'warning', says, ...more });
export const problem = (says: string, more: More = {}): Finding => ({ status: 'problem', says, ...more });
export const skipped = (says: string): Finding => ({ status: 'skipped', says });

import type { NextStep } from '../base/errors.ts';
import { type Progress, silentProgress } from '../base/progress.ts';
import type { Project } from '../config/index.ts';
import { findToolkit } from '../execution/toolkit-hook.ts';
import type { Area, Check, CheckStatus } from './check.ts';
import { type Examined, examine } from './examine.ts';
import { CHECKS } from './registry.ts';
import { type Scrubber, scrubber } from './scrub.ts';
import { versionsOf } from './versions.ts';

export type DoctorSetup = {
  project: Project;
  /** The environment to judge; nothing else of the process is. */
  env: NodeJS.ProcessEnv;
  /** Folder of the toolkit; by default the one that runs. */
  toolkit?: string;
  signal?: AbortSignal;
};

export type DoctorOptions = {
  /** Mend what can be mended safely. */
  fix?: boolean;
  /** With `fix`: mend nothing, only tell. */
  dryRun?: boolean;
  progress?: Progress;
  checks?: readonly Check[];
};

export type CheckResult = {
  id: string;
  area: Area;
  title: string;
  status: CheckStatus;
  /** One sentence. */
  says: string;
  detail: string[];
  /** True for what is in order and still worth a line. */
  note: boolean;
  /** What --fix did, would do, or tried in vain; null where there is nothing that it can do. */
  fix: string | null;
  /** True when it was mended by this run. */
  fixed: boolean;
  remedy: NextStep[];
};

/** All that is good to know of an installation; holds no secrets, and the home folder as `~`. */
export type DoctorReport = {
  checks: CheckResult[];
  summary: {
    /** How many checks found nothing. */
    ok: number;
    /** How many found what may do harm later. */
    warnings: number;
    /** How many found what keeps something from working. */
    problems: number;
    /** How many could not look. */
    skipped: number;
    /** How many mended what they found. */
    fixed: number;
  };
  versions: Record<string, string>;
};

/** Mending one thing may bring the next one to light. */
const MAX_ROUNDS = 3;

/**
 * Looks over the whole installation: the toolkit, the machine, the project, its settings and its devnet.
 * Whatever is broken, there is a report; a check that fails is a finding like any other.
 */
export async function runDoctor(setup: DoctorSetup, options: DoctorOptions = {}): Promise<DoctorReport> {
  const { fix = false, dryRun = false, progress = silentProgress, checks = CHECKS } = options;
  const { toolkit = findToolkit().root, signal = new AbortController().signal } = setup;
  const look = () => examine({ project: setup.project, env: setup.env, toolkit, signal }, checks, progress);
  let examined = await look();
  const tried = new Map<string, { says: string; failure: string | null }>();
  for (let round = 0; fix && !dryRun && round < MAX_ROUNDS; round++) {
    const open = examined.filter((e) => e.finding.fix && !tried.has(e.check.id));
    if (open.length === 0) break;
    for (const { check, finding } of open) {
      signal.throwIfAborted();
      if (finding.fix) tried.set(check.id, { says: finding.fix.says, failure: await failureOf(finding.fix) });
    }
    examined = await look();
  }
  const scrub = scrubber(setup.env);
  const results = examined.map((e) => resultOf(e, tried.get(e.check.id), scrub));
  const count = (status: CheckStatus) => results.filter((r) => r.status === status).length;
  return {
    checks: results,
    summary: {
      ok: count('ok'),
      warnings: count('warning'),
      problems: count('problem'),
      skipped: count('skipped'),
      fixed: results.filter((r) => r.fixed).length,
    },
    versions: versionsOf(toolkit, setup.env, examined),
  };
}

async function failureOf(fix: { apply(): Promise<void> | void }): Promise<string | null> {
  try {
    await fix.apply();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function resultOf(
  { check, finding }: Examined,
  tried: { says: string; failure: string | null } | undefined,
  scrub: Scrubber,
): CheckResult {
  const { status, says, detail = [], note = false, remedy = [] } = finding;
  const mended = tried !== undefined && tried.failure === null && (status === 'ok' || status === 'skipped');
  const all = tried?.failure ? [...detail, `It could not be mended: ${tried.failure}`] : detail;
  const fix = finding.fix?.says ?? tried?.says ?? null;
  return {
    id: check.id,
    area: check.area,
    title: check.title,
    status,
    says: scrub.text(says),
    detail: all.map(scrub.text),
    note,
    fix: fix === null ? null : scrub.text(fix),
    fixed: mended,
    remedy: remedy.map(({ command, when }) => ({ command: scrub.command(command), when: scrub.text(when) })),
  };
}

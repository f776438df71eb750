import { arch, platform, release, type } from 'node:os';
import { basename } from 'node:path';
import type { Examined } from './examine.ts';
import { manifestOf } from './toolkit-manifest.ts';

/** What a bug report needs to know first. */
export function versionsOf(
  toolkit: string,
  env: NodeJS.ProcessEnv,
  examined: readonly Examined[],
): Record<string, string> {
  return {
    toolkit: manifestOf(toolkit)?.version ?? 'unknown',
    node: process.versions.node,
    anvil: 'unknown',
    ...Object.assign({}, ...examined.map((e) => e.finding.versions ?? {})),
    os: `${type()} ${release()}`,
    platform: platform(),
    arch: arch(),
    shell: basename(env['SHELL'] ?? '') || 'unknown',
    terminal: env['TERM_PROGRAM'] ?? env['TERM'] ?? 'unknown',
  };
}

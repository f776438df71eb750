import { DEFAULT_DEVNET, type DevnetPaths, devnetPaths } from './paths.ts';
import { lastLinesOf } from './tail.ts';

export type LogName = keyof DevnetPaths['logs'];
export const LOG_NAMES: readonly LogName[] = ['supervisor', 'chain', 'content'];

/** The last lines of each log, oldest first. A log that was never written has none. */
export function readLogs(
  stateDir: string,
  options: { which?: LogName; lines: number; name?: string },
): { log: LogName; path: string; lines: string[] }[] {
  const { logs } = devnetPaths(stateDir, options.name ?? DEFAULT_DEVNET);
  return (options.which ? [options.which] : LOG_NAMES).map((log) => {
    const path = logs[log];
    return { log, path, lines: lastLinesOf(path, options.lines) };
  });
}

import { printable } from '../base/printable.ts';
import type { LastEnd } from './last-end.ts';
import type { DevnetStatus } from './status.ts';

/** How a devnet that does not run stands, in one or two sentences. */
export function notRunningText(status: Exclude<DevnetStatus, { state: 'running' }>): string {
  switch (status.state) {
    case 'starting':
      return `The devnet is being started or stopped by process ${status.pid}.`;
    case 'crashed':
      return `The devnet has crashed: its supervisor (pid ${status.live.supervisor.pid}) is gone. ${
        status.chainRuns
          ? 'Its chain still runs, and the next start or stop saves it.'
          : 'Its chain is gone too; the next start brings back what was done on it.'
      }`;
    case 'stale':
      return `The devnet has crashed, and nothing of it runs any more${
        status.pidReused ? ` (pid ${status.live.supervisor.pid} is another program by now)` : ''
      }. The next start brings back what was done on it.`;
    case 'foreign':
      return `The devnet has crashed, and ${status.live.chain.rpcUrl}, which was its chain’s, is held by ${
        status.owner ?? 'another program'
      }. Nothing is sent there.`;
    case 'stopped':
      return status.ended ? endedText(status.ended) : 'The devnet is not running.';
  }
}

function endedText({ at, how, lastLines }: LastEnd): string {
  return `The devnet ended by itself at ${at}: ${how}.${logText(lastLines)}`;
}

/** The end of a log below what is said of it; nothing where it is empty. */
export function logText(lastLines: readonly string[]): string {
  return lastLines.length === 0
    ? ''
    : ` The end of its log:\n${lastLines.map((line) => `  ${printable(line)}`).join('\n')}`;
}

import type { ServiceState } from '../happenings.ts';
import type { DevnetPaths } from '../paths.ts';
import type { ServiceHealth } from '../supervisor-client.ts';
import { lastLinesOf } from '../tail.ts';
import { STARTED } from './service.ts';

/** Lines of a log that tell why its service ended. */
const LAST_LINES = 5;

/** What its last process said, without lines that are blank or only draw. */
function lastWords(log: string): string[] {
  const lines = lastLinesOf(log, 5 * LAST_LINES).filter((line) => /\w/.test(line));
  return lines.slice(lines.findLastIndex((line) => line.startsWith(STARTED)) + 1).slice(-LAST_LINES);
}

type Name = ServiceHealth['service'];

export type Health = {
  readonly chain: ServiceState;
  readonly content: ServiceState;
  /** How a service stands now. One that runs after it was restarting is another process. */
  tell(service: Name, state: Pick<ServiceHealth, 'state' | 'detail'>): void;
};

/** How the services of a devnet stand; `changed` is called when one of them stands in another way. */
export function createHealth({ logs }: Pick<DevnetPaths, 'logs'>, changed: () => void): Health {
  const well = (service: Name): ServiceState => ({
    service,
    state: 'running',
    detail: null,
    restarts: 0,
    since: new Date().toISOString(),
    lastLines: [],
  });
  const all = { chain: well('chain'), content: well('content') };
  return {
    get chain() {
      return all.chain;
    },
    get content() {
      return all.content;
    },
    tell(service, { state, detail }) {
      const { restarts, since } = all[service];
      const isBack = state === 'running' && all[service].state !== 'running';
      all[service] = {
        service,
        state,
        detail,
        restarts: isBack ? restarts + 1 : restarts,
        since: isBack ? new Date().toISOString() : since,
        lastLines: state === 'failed' ? lastWords(logs[service]) : [],
      };
      changed();
    },
  };
}

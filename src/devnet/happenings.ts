import type { LiveState } from './live-state.ts';
import type { ServiceHealth } from './supervisor-client.ts';

/** A service as somebody sees it who follows it. */
export type ServiceState = Required<ServiceHealth>;

/** What the supervisor goes on doing while it stops, in this order. */
export type StopStep = 'save' | 'content' | 'chain';

/** A line of `GET /events` on the supervisor's socket. */
export type Happening =
  /** How the services stand: first of all, and whenever that has changed. */
  | { type: 'services'; live: LiveState; services: ServiceState[]; stopping: boolean }
  /** There are blocks that were not there before, or the chain was changed otherwise. */
  | { type: 'blocks' }
  | { type: 'stopping'; step: StopStep }
  /** The last line. A supervisor that was killed never says it. */
  | {
      type: 'ended';
      /** 0 where it was asked to stop. */
      exitCode: number;
      /** Why it ended by itself; null where it was asked to. */
      reason: string | null;
    };

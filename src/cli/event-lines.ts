import type { LiveState } from '../devnet/live-state.ts';
import type { ServiceHealth } from '../devnet/supervisor-client.ts';
import type { Envelope } from './envelope.ts';
import type { ItemEvent, ProgressEvent } from './output.ts';
import type { DevnetGlance } from './watch/glance.ts';

/** Something worth knowing meanwhile; in text it stands on stderr. */
export type NoteLine = { type: 'note'; message: string };

/** A warning as it comes up; the envelope has all of them once more. */
export type WarningLine = { type: 'warning'; message: string };

/** How a devnet is, each time that `devnet status --watch` has looked at it. */
export type StatusLine = { type: 'status' } & DevnetGlance;

/** A devnet in the foreground can be worked with. */
export type ReadyLine = {
  type: 'ready';
  /** True where it ran already: it goes on running when this command ends. */
  attached: boolean;
  live: LiveState;
};

/** A service of a devnet in the foreground stands in another way than before. */
export type ServiceLine = {
  type: 'service';
  /** When that was seen (ISO 8601). */
  at: string;
} & Required<ServiceHealth>;

/** What a devnet in the foreground does while it stops: saves the chain, ends the content node, ends the chain. */
export type StoppingLine = { type: 'stopping'; step: 'save' | 'content' | 'chain' };

/** The envelope, always the last line. Its data is that of the command. */
export type ResultLine = { type: 'result' } & Envelope;

/** A line that `--output ndjson` prints. */
export type EventLine =
  | ProgressEvent
  | ItemEvent
  | NoteLine
  | WarningLine
  | StatusLine
  | ReadyLine
  | ServiceLine
  | StoppingLine
  | ResultLine;

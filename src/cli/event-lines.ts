import type { Envelope } from './envelope.ts';
import type { ItemEvent, ProgressEvent } from './output.ts';
import type { DevnetGlance } from './watch/glance.ts';

/** Something worth knowing meanwhile; in text it stands on stderr. */
export type NoteLine = { type: 'note'; message: string };

/** A warning as it comes up; the envelope has all of them once more. */
export type WarningLine = { type: 'warning'; message: string };

/** How a devnet is, each time that `devnet status --watch` has looked at it. */
export type StatusLine = { type: 'status' } & DevnetGlance;

/** The envelope, always the last line. Its data is that of the command. */
export type ResultLine = { type: 'result' } & Envelope;

/** A line that `--output ndjson` prints. */
export type EventLine = ProgressEvent | ItemEvent | NoteLine | WarningLine | StatusLine | ResultLine;

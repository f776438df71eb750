import type { Happening } from '../../devnet/happenings.ts';
import type { LiveState } from '../../devnet/live-state.ts';
import type { Output } from '../output.ts';
import { isAutomated, isDumb, isTerminal, wantsScreenReader } from '../ui/terminal.ts';

export type Told = Exclude<Happening, { type: 'ended' }>;

/** What shows a devnet to whoever has it in the foreground. */
export type View = {
  tell(happening: Told): void;
  /** Gives the terminal back, where it was taken. */
  close(): Promise<void>;
};

export type ViewOptions = {
  live: LiveState;
  /** See `Board`. */
  isGuest: boolean;
  output: Output;
  stateDir: string;
  /** Somebody wants to leave, by a key. */
  leave(key: 'q' | 'C-c'): void;
};

/** Whether there is a dashboard: on a terminal that can draw, for somebody who looks at it. */
export function wantsBoard({ format, fields, quiet }: Output): boolean {
  if (format !== 'text' || fields || quiet || !isTerminal('stdout')) return false;
  return !wantsScreenReader() && !isDumb() && !isAutomated();
}

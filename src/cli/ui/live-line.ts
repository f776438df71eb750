import { tell } from '../streams.ts';
import { columnsOf } from './terminal.ts';

export type LiveLine = {
  /** Prints a line above the live one. */
  log(line: string): void;
  close(): void;
};

const REFRESH_MS = 100;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_TO_END_OF_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

/**
 * One line at the bottom of stderr that is drawn over, and is gone in the end. After each drawing the (hidden) cursor
 * goes back to its first column: a terminal that is made narrower breaks the line in two and keeps the cursor on the
 * first of them, so that everything of it can be erased.
 *
 * @param draw the line in at most so many columns; undefined while there is nothing to show
 */
export function openLiveLine(draw: (room: number, frame: number) => string | undefined): LiveLine {
  const screen = process.stderr;
  let frame = 0;
  let isDrawn = false;
  let isResized = false;
  let closed = false;

  // The last column stays empty: a character there makes some terminals go to the next line.
  const room = () => Math.max(1, Math.min(columnsOf('stderr'), screen.columns ?? 80) - 1);
  const redraw = () => {
    if (closed) return;
    const line = draw(room(), frame++);
    if (line === undefined) return erase();
    const before = isDrawn ? (isResized ? ERASE_BELOW : '') : HIDE_CURSOR;
    // In one piece: what is drawn over is never seen to be empty.
    tell(screen, `${before}${line}${ERASE_TO_END_OF_LINE}\r`);
    isDrawn = true;
    isResized = false;
  };
  const erase = () => {
    if (isDrawn) tell(screen, `\r${ERASE_BELOW}${SHOW_CURSOR}`);
    isDrawn = false;
  };
  const resized = () => {
    isResized = true;
    redraw();
  };
  const stopped = () => {
    erase();
    process.once('SIGCONT', continued);
    process.kill(process.pid, 'SIGSTOP');
  };
  const continued = () => {
    process.once('SIGTSTP', stopped);
    redraw();
  };
  const close = () => {
    if (closed) return;
    erase();
    closed = true;
    clearInterval(timer);
    screen.off('resize', resized);
    process.off('SIGTSTP', stopped);
    process.off('SIGCONT', continued);
    process.off('exit', close);
  };

  const timer = setInterval(redraw, REFRESH_MS);
  timer.unref();
  screen.on('resize', resized);
  process.once('SIGTSTP', stopped);
  // Whatever ends the process, the cursor comes back.
  process.once('exit', close);
  redraw();
  return {
    log(line) {
      erase();
      tell(screen, `${line}\n`);
      redraw();
    },
    close,
  };
}

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
const ERASE_BELOW = '\u001b[J';
/** What is too long is cut off at the edge meanwhile, instead of going on in the next line. */
const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';

/**
 * One line at the bottom of stderr that is drawn over, and is gone in the end. After each drawing the (hidden) cursor
 * goes back to its first column: a terminal that is made narrower breaks the line in two and keeps the cursor on the
 * first of them, so that the next drawing erases everything of it. Until we have heard of a new width, what is too
 * long for it is cut off.
 *
 * @param draw the line in at most so many columns; undefined while there is nothing to show
 */
export function openLiveLine(draw: (room: number, frame: number) => string | undefined): LiveLine {
  const screen = process.stderr;
  let frame = 0;
  let isDrawn = false;
  let closed = false;

  // The last column stays empty: a character there makes some terminals go to the next line.
  const room = () => Math.max(1, Math.min(columnsOf('stderr'), screen.columns ?? 80) - 1);
  const redraw = () => {
    if (closed) return;
    const line = draw(room(), frame++);
    if (line === undefined) return erase();
    // In one piece, and erased after it: what is drawn over is never seen to be empty.
    tell(screen, `${isDrawn ? '' : HIDE_CURSOR}${WRAP_OFF}${line}${ERASE_BELOW}\r${WRAP_ON}`);
    isDrawn = true;
  };
  const erase = () => {
    if (isDrawn) tell(screen, `\r${ERASE_BELOW}${SHOW_CURSOR}`);
    isDrawn = false;
  };
  const stopped = () => {
    erase();
    process.once('SIGCONT', continued);
    process.kill(process.pid, 'SIGTSTP');
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
    screen.off('resize', redraw);
    process.off('SIGTSTP', stopped);
    process.off('SIGCONT', continued);
    process.off('exit', close);
  };

  const timer = setInterval(redraw, REFRESH_MS);
  timer.unref();
  screen.on('resize', redraw);
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

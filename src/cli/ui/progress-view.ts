import { paint } from '../output.ts';
import { shown } from './glyphs.ts';
import { type LiveLine, openLiveLine } from './live-line.ts';
import { progressLine, type Reading } from './progress-line.ts';
import { wantsUnicode } from './terminal.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const ASCII_FRAMES = ['|', '/', '-', '\\'];

/** A live line on stderr: spinner, step, bar, rate and time left. */
export function openProgressView(current: () => Reading | undefined): LiveLine {
  const unicode = wantsUnicode();
  const frames = unicode ? FRAMES : ASCII_FRAMES;
  return openLiveLine((room, frame) => {
    const reading = current();
    if (!reading) return undefined;
    const named = { ...reading, step: shown(reading.step) };
    const spinner = paint('cyan', frames[frame % frames.length] ?? '');
    return `${spinner} ${progressLine(named, Math.max(0, room - 2), unicode)}`;
  });
}

import { render, Static, Text } from 'ink';
import { useEffect, useReducer } from 'react';
import type { StepState } from '../progress.ts';

export type ProgressView = {
  /** Prints a line above the live one. */
  log(line: string): void;
  close(): void;
};

/** What is on the screen: lines that scroll up and stay, and the step under way. */
type Screen = { lines: string[]; current(): StepState | undefined };

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REFRESH_MS = 100;

/** A live line on stderr: spinner, step, bar and rate. */
export function openProgressView(current: Screen['current']): ProgressView {
  const screen: Screen = { lines: [], current };
  const app = render(<View screen={screen} />, {
    stdout: process.stderr,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    log(line) {
      screen.lines = [...screen.lines, line];
      app.rerender(<View screen={screen} />);
    },
    close() {
      app.unmount();
    },
  };
}

function View({ screen }: { screen: Screen }) {
  const [tick, next] = useReducer((t: number) => t + 1, 0);
  useEffect(() => {
    const timer = setInterval(next, REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const state = screen.current();
  return (
    <>
      <Static items={screen.lines}>{(line, index) => <Text key={index}>{line}</Text>}</Static>
      {state ? (
        <Text wrap="truncate-end">
          <Text color="cyan">{FRAMES[tick % FRAMES.length]}</Text> {state.step} {amount(state)}
        </Text>
      ) : null}
    </>
  );
}

function amount({ done, total, unit, since }: StepState): string {
  const seconds = Math.max(0.001, (Date.now() - since) / 1000);
  const rate =
    unit === 'bytes' ? `${(done / seconds / 1e6).toFixed(1)} MB/s` : `${(done / seconds).toFixed(0)}/s`;
  if (!total) return done > 0 ? rate : `${seconds.toFixed(0)} s`;
  const fraction = Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(fraction * 20)).padEnd(20, '░');
  const left = done > 0 ? `, ${Math.ceil(((total - done) / done) * seconds)} s left` : '';
  return `${bar} ${(fraction * 100).toFixed(0)}% ${rate}${left}`;
}

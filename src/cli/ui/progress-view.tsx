import { Box, render, Static, Text } from 'ink';
import { useEffect, useState } from 'react';
import type { StepState } from '../progress.ts';

export type ProgressView = { log(line: string): void; close(): void };

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** A live line on stderr: spinner, step, bar, amount and rate; finished steps scroll up above it. */
export function openProgressView(current: () => StepState | undefined): ProgressView {
  let lines: string[] = [];
  let notify = () => {};

  function View() {
    const [tick, setTick] = useState(0);
    useEffect(() => {
      notify = () => setTick((t) => t + 1);
      const timer = setInterval(notify, 100);
      return () => clearInterval(timer);
    }, []);
    const state = current();
    return (
      <>
        <Static items={lines}>{(line, index) => <Text key={index}>✓ {line}</Text>}</Static>
        {state ? (
          <Box>
            <Text color="cyan">{FRAMES[tick % FRAMES.length]} </Text>
            <Text wrap="truncate-end">
              {state.step} {amount(state)}
            </Text>
          </Box>
        ) : null}
      </>
    );
  }

  const app = render(<View />, { stdout: process.stderr, exitOnCtrlC: false, patchConsole: false });
  return {
    log(line) {
      lines = [...lines, line];
      notify();
    },
    close() {
      app.unmount();
    },
  };
}

function amount({ done, total, unit, since }: StepState): string {
  const seconds = Math.max(0.001, (Date.now() - since) / 1000);
  if (!total) return `${seconds.toFixed(0)}s`;
  const fraction = Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(fraction * 20)).padEnd(20, '░');
  const rate =
    unit === 'bytes' ? `${(done / seconds / 1e6).toFixed(1)} MB/s` : `${(done / seconds).toFixed(0)}/s`;
  return `${bar} ${(fraction * 100).toFixed(0)}% ${rate}`;
}

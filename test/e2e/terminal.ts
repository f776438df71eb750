import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { until, type World } from './support.ts';

/** True when this machine has the program. */
export function has(program: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export type Terminal = {
  /** Types text as it is. */
  type(text: string): void;
  /** Presses a key by tmux's name: Enter, Tab, C-c. */
  press(key: string): void;
  /** The lines on the screen, empty ones left out. */
  screen(): string[];
  /** Waits until the screen has it. */
  shows(what: RegExp): Promise<void>;
  close(): void;
};

/** A real terminal with a program in it, by tmux, in the world's project and environment. */
export function openTerminal(
  world: World,
  command: string[],
  env: Record<string, string>,
  size: { columns: number; rows: number } = { columns: 100, rows: 40 },
): Terminal {
  // Not in the world's temporary folder: tmux leaves its socket behind.
  const folder = join(world.dir, 'tmux');
  mkdirSync(folder, { recursive: true });
  const socket = join(folder, `${Math.random().toString(36).slice(2)}.sock`);
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...args], {
      cwd: world.project,
      env: { ...world.env, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...env },
      encoding: 'utf8',
    });
  tmux('new-session', '-d', '-x', `${size.columns}`, '-y', `${size.rows}`, ...command);
  const terminal: Terminal = {
    type: (text) => void tmux('send-keys', '-l', '--', text),
    press: (key) => void tmux('send-keys', key),
    screen: () =>
      tmux('capture-pane', '-p', '-J')
        .split('\n')
        .map((line) => line.trimEnd())
        .filter(Boolean),
    async shows(what) {
      await until(() => what.test(terminal.screen().join('\n')), `${what} on the screen`).catch((error) => {
        throw new Error(`${(error as Error).message}\n${terminal.screen().join('\n')}`);
      });
    },
    close: () => void tmux('kill-server'),
  };
  return terminal;
}

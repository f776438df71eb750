import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Why tests on a terminal cannot run here; undefined where they can. */
export const noTmux: string | undefined = (() => {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'tmux is not installed here';
  }
})();

export type TerminalOptions = {
  /** Size in columns and lines; 80 x 24 by default. */
  columns?: number;
  rows?: number;
  cwd?: string;
  /** The whole environment of the shell; TERM and a UTF-8 locale are added where they are missing. */
  env?: NodeJS.ProcessEnv;
};

type Patience = { timeoutMs?: number };

/** A shell in a terminal that really draws: what it shows is what somebody would see. */
export type Terminal = {
  /** Types a line into the shell and presses Enter. */
  enter(line: string): Promise<void>;
  /** Types a line and waits for the prompt to come back. */
  run(line: string, patience?: Patience): Promise<Finished>;
  /** Waits until what was entered has ended and the shell's prompt is back. */
  finished(patience?: Patience): Promise<Finished>;
  /** Types text as it is, without Enter. */
  type(text: string): Promise<void>;
  /** Presses keys by tmux's names: Enter, Escape, Up, Tab, BSpace, Space, C-c, q. */
  press(...keys: string[]): Promise<void>;
  /** Waits for a text on the screen, and gives the screen that has it. */
  see(wanted: string | RegExp, patience?: Patience): Promise<string>;
  /** Waits until something is on the screen no longer. */
  gone(unwanted: string | RegExp, patience?: Patience): Promise<string>;
  /** The lines on the screen, without spaces at their ends and empty lines at the end. */
  screen(): Promise<string>;
  /** The same with its colours, as escape sequences. */
  colours(): Promise<string>;
  /** What has scrolled off the top, and the screen. */
  history(): Promise<string>;
  /** Every byte that was written to the terminal since the last `enter`, escape sequences and all. */
  raw(): string;
  cursor(): Promise<{ column: number; row: number; visible: boolean; alternateScreen: boolean }>;
  resize(columns: number, rows: number): Promise<void>;
  clear(): Promise<void>;
  /** Ends the shell and all that runs in it. */
  close(): Promise<void>;
};

export type Finished = { code: number; screen: string };

/** The prompt tells the exit code of the line before. */
const PROMPT = /\[(\d+)\] \$ /g;
const AT_PROMPT = /\[\d+\] \$ ?$/;

let opened = 0;

/**
 * Opens a shell (`/bin/sh`) in a tmux session of its own, on a socket of its own: no settings of the developer's.
 * Close it, also when a test fails.
 */
export async function openTerminal(options: TerminalOptions = {}): Promise<Terminal> {
  const { columns = 80, rows = 24, cwd = process.cwd() } = options;
  // Not below the folder of a test: its environment would take the server for a process that was left running.
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'tmux-'));
  const recording = join(dir, 'raw');
  const name = `sahara-${process.pid}-${++opened}`;
  const env = {
    PATH: process.env['PATH'],
    TERM: 'tmux-256color',
    LANG: 'C.UTF-8',
    ...options.env,
    PS1: '[$?] $ ',
  };
  const shell = [
    'env',
    '-i',
    ...Object.entries(env).flatMap(([k, v]) => (v === undefined ? [] : [`${k}=${v}`])),
  ];

  const tmux = async (...args: string[]): Promise<string> => {
    const { stdout } = await execute('tmux', ['-u', '-L', name, '-f', '/dev/null', ...args], {
      env: { PATH: process.env['PATH'], TMUX_TMPDIR: dir, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
      timeout: 10_000,
    });
    return stdout;
  };
  const size = ['-x', `${columns}`, '-y', `${rows}`];
  // One call, so that the recording begins before the shell writes anything.
  await tmux(
    ...[
      'new-session',
      '-d',
      '-s',
      name,
      ...size,
      '-c',
      cwd,
      [...shell, '/bin/sh', '-i'].map(quoted).join(' '),
    ],
    ...[';', 'pipe-pane', '-t', name, `exec cat > ${quoted(recording)}`],
    ...[';', 'set-option', '-g', 'history-limit', '50000', ';', 'set-option', '-g', 'status', 'off'],
    ...[';', 'resize-window', '-t', name, ...size],
  );

  const recorded = () => {
    try {
      return readFileSync(recording, 'utf8');
    } catch {
      return '';
    }
  };
  const prompts = () => [...recorded().matchAll(PROMPT)];
  const capture = async (...flags: string[]) =>
    (await tmux('capture-pane', '-p', ...flags, '-t', name)).replace(/[ \t]+$/gm, '').replace(/\n+$/, '');
  let since = 0;
  let seenPrompts = 0;

  const until = async (
    holds: (screen: string) => boolean,
    what: string,
    { timeoutMs = 20_000 }: Patience = {},
  ) => {
    let screen = '';
    for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
      screen = await capture();
      if (holds(screen)) return screen;
      await new Promise((r) => setTimeout(r, 30));
    }
    throw new Error(`waited in vain for ${what}; the screen has:\n${screen}`);
  };
  const has = (screen: string, wanted: string | RegExp) =>
    typeof wanted === 'string' ? screen.includes(wanted) : new RegExp(wanted).test(screen);

  const terminal: Terminal = {
    async enter(line) {
      since = recorded().length;
      seenPrompts = prompts().length;
      await tmux('send-keys', '-t', name, '-l', '--', line);
      await tmux('send-keys', '-t', name, 'Enter');
    },
    async run(line, patience) {
      await terminal.enter(line);
      return terminal.finished(patience);
    },
    async finished(patience) {
      const back = (screen: string) => prompts().length > seenPrompts && AT_PROMPT.test(screen);
      const screen = await until(back, 'the prompt', patience);
      return { code: Number(prompts().at(-1)?.[1]), screen };
    },
    async type(text) {
      await tmux('send-keys', '-t', name, '-l', '--', text);
    },
    async press(...keys) {
      await tmux('send-keys', '-t', name, ...keys);
    },
    see: (wanted, patience) => until((s) => has(s, wanted), String(wanted), patience),
    gone: (unwanted, patience) => until((s) => !has(s, unwanted), `the end of ${unwanted}`, patience),
    screen: () => capture(),
    colours: () => capture('-e'),
    history: () => capture('-S', '-'),
    raw: () => recorded().slice(since),
    async cursor() {
      const format = '#{cursor_x} #{cursor_y} #{cursor_flag} #{alternate_on}';
      const [column, row, visible, alternate] = (await tmux('display-message', '-p', '-t', name, format))
        .trim()
        .split(' ')
        .map(Number);
      return { column: column ?? 0, row: row ?? 0, visible: visible === 1, alternateScreen: alternate === 1 };
    },
    async resize(toColumns, toRows) {
      await tmux('resize-window', '-t', name, '-x', `${toColumns}`, '-y', `${toRows}`);
    },
    async clear() {
      await terminal.run("printf '\\033[H\\033[2J'");
      await tmux('clear-history', '-t', name);
    },
    async close() {
      await tmux('kill-session', '-t', name).catch(() => {});
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await until(() => prompts().length > 0, 'the shell');
  } catch (error) {
    await terminal.close();
    throw error;
  }
  return terminal;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

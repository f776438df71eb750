import { SaharaError } from '../../base/errors.ts';
import type { DevnetStatus } from '../../devnet/status.ts';
import { leaveInterruptsToOthers } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { write } from '../streams.ts';
import { isAutomated, isDumb, isTerminal, wantsScreenReader } from '../ui/terminal.ts';
import type { DevnetGlance } from './glance.ts';
import { createWatcher, type Look } from './watcher.ts';

const EVERY_MS = 1000;
/** Lines of each log that are read; how many of them are shown is the screen's matter. */
const LOG_LINES = 40;

type Options = {
  stateDir: string;
  /** Which of the project's devnets. */
  name: string;
  output: Output;
  /** The value of --output, which may be a form of the command's own. */
  form: string | undefined;
  signal: AbortSignal;
};
type View = { show(glance: DevnetGlance): Promise<void> | void; close(): Promise<void> | void };
type Hands = { quit(): void; refresh(): void };

/**
 * Shows a devnet once a second until Ctrl-C (or a key) ends it: drawn on a terminal, sentences about what has changed
 * for a screen reader, a line each time in NDJSON.
 *
 * @returns how it was last seen; undefined when it was left before that
 * @throws USAGE where there is no terminal, INTERRUPTED by SIGTERM
 */
export async function watchDevnet(options: Options): Promise<DevnetStatus | undefined> {
  const { stateDir, name, signal } = options;
  const open = viewFor(options);
  const look = createWatcher(stateDir, name);
  const left = Promise.withResolvers<undefined>();
  let isOver = false;
  const quit = () => {
    isOver = true;
    left.resolve(undefined);
  };
  let wake = () => {};
  // Here Ctrl-C is how one leaves, and no interruption.
  const resume = leaveInterruptsToOthers();
  process.on('SIGINT', quit);
  signal.addEventListener('abort', quit);
  // Whoever read our lines may have gone.
  process.stdout.on('error', quit);
  let status: DevnetStatus | undefined;
  let view: View | undefined;
  try {
    view = await open({ quit, refresh: () => wake() });
    while (!isOver) {
      // What hangs does not keep whoever wants to leave.
      const seen: Look | undefined = await Promise.race([left.promise, look()]);
      if (!seen) break;
      status = seen.status;
      await view.show(seen.glance);
      const again = Promise.withResolvers<void>();
      wake = again.resolve;
      const timer = setTimeout(wake, EVERY_MS);
      await Promise.race([left.promise, again.promise]);
      clearTimeout(timer);
    }
  } finally {
    await view?.close();
    process.off('SIGINT', quit);
    process.stdout.off('error', quit);
    resume();
  }
  signal.throwIfAborted();
  return status;
}

function viewFor({ output, form, stateDir, name }: Options): (hands: Hands) => Promise<View> {
  if (output.format === 'ndjson') return async () => eventView(output);
  const refused = (reason: string) =>
    new SaharaError('USAGE', {
      message: `--watch draws on a terminal, and ${reason}`,
      command: 'devnet status',
      instead: 'sahara devnet status --watch --output ndjson',
    });
  if (output.format === 'json' || form === 'env') throw refused(`--output ${form ?? 'json'} is for scripts.`);
  if (output.fields) throw refused('--fields is for scripts.');
  if (!isTerminal('stdout')) throw refused('stdout is none.');
  if (wantsScreenReader()) return sentenceView;
  if (isDumb()) throw refused('with TERM=dumb it cannot move its cursor.');
  if (isAutomated()) throw refused('with CI set nobody looks at it.');
  return (hands) => screenView(hands, stateDir, name);
}

async function screenView(hands: Hands, stateDir: string, name: string): Promise<View> {
  const [{ openDashboard }, { readLogs }] = await Promise.all([
    import('../ui/devnet-dashboard.tsx'),
    import('../../devnet/logs.ts'),
  ]);
  const screen = await openDashboard(hands);
  return {
    show: (glance) => screen.show(glance, readLogs(stateDir, { lines: LOG_LINES, name })),
    close: () => screen.close(),
  };
}

async function sentenceView(): Promise<View> {
  const { sentencesOf } = await import('../ui/devnet-dashboard-data.ts');
  let said = new Set<string>();
  return {
    async show(glance) {
      const sentences = sentencesOf(glance);
      const news = sentences.filter((s) => !said.has(s));
      said = new Set(sentences);
      if (news.length > 0) await write(process.stdout, `${news.join('\n')}\n`);
    },
    close() {},
  };
}

function eventView(output: Output): View {
  return { show: (glance) => output.event({ type: 'status', ...glance }), close() {} };
}

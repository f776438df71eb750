import { NOTHING, type Reply, replyText } from './candidate.ts';
import { complete } from './complete.ts';
import { splitLine } from './words.ts';

/** Milliseconds after which whoever presses Tab gets what is known by then, unless the environment says otherwise. */
const LIMIT_MS = 250;
const LIMIT_VARIABLE = 'SAHARA_COMPLETION_LIMIT_MS';

/**
 * Answers a completion script: `complete -- <words>`, the last word being the one at the cursor, or `complete --line
 * <text>`, the command line up to the cursor, for shells that cannot give us its words whole. Whatever happens, it
 * prints an answer, nothing on stderr, and ends with 0: there is nobody to read more in the middle of a line.
 */
export async function answer(argv: readonly string[], root: string): Promise<never> {
  process.stdout.on('error', () => process.exit(0));
  const words = argv[1] === '--line' ? splitLine(argv[2] ?? '').slice(1) : argv.slice(2);
  const reply = await inTime((signal) => complete(words.length > 0 ? words : [''], root, signal));
  await new Promise<void>((resolve) => {
    process.stdout.write(replyText(reply), () => resolve());
  });
  // A chain that never answers would keep the process alive.
  process.exit(0);
}

/** A slow machine may be given longer. */
function limit(): number {
  const given = Number(process.env[LIMIT_VARIABLE]);
  return given >= 1 && given <= 60_000 ? given : LIMIT_MS;
}

async function inTime(work: (signal: AbortSignal) => Promise<Reply>): Promise<Reply> {
  const controller = new AbortController();
  const late = new Promise<Reply>((resolve) => {
    setTimeout(() => {
      controller.abort();
      // What was read until now comes first, if it comes at once.
      setImmediate(() => resolve(NOTHING));
    }, limit());
  });
  return Promise.race([work(controller.signal).catch(() => NOTHING), late]);
}

import { Command, Flags, type Interfaces } from '@oclif/core';
import { type NextStep, SaharaError } from '../base/errors.ts';
import type { Logger, Progress } from '../base/progress.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { takeWritten } from '../chain/written.ts';
import { EXIT_CODES, EXIT_SIGINT } from './exit-codes.ts';
import { foreseen } from './foreseen.ts';
import { interruptSignal, signalExitCode } from './interrupt.ts';
import { inDevnet } from './named-devnet.ts';
import { createOutput, type Output } from './output.ts';
import { FORMATS, requestedMode } from './output-mode.ts';
import { parseWait } from './patience.ts';
import { createProgress } from './progress.ts';
import { createSession, type Session } from './session.ts';
import { tell } from './streams.ts';
import { canRedraw, isTerminal } from './ui/terminal.ts';

/** What a command returns: data for scripts, text for people, and what is worth doing next. */
export type Outcome<T> = {
  data: T;
  /** Made only when it is shown, where making it costs something. */
  text: string | (() => string);
  next?: NextStep[];
  /** Nothing was changed: the data is what would have come of it. */
  dryRun?: boolean;
  exitCode?: number;
};

type ParsedFlags<C extends typeof Command> = Interfaces.InferredFlags<
  (typeof SaharaCommand)['baseFlags'] & C['flags']
>;
type ParsedArgs<C extends typeof Command> = Interfaces.InferredArgs<C['args']>;

export type Invocation<C extends typeof Command> = {
  flags: ParsedFlags<C>;
  args: ParsedArgs<C>;
  argv: string[];
  /** Opens the project, chain, content store and accounts, each only when it is asked for. */
  session: Session;
  output: Output;
  progress: Progress;
  logger: Logger;
  signal: AbortSignal;
};

/**
 * The base of every command. A command declares flags and examples and implements `execute`; everything
 * that must be alike on every path (envelope, exit codes, signals, progress) is here.
 */
export abstract class SaharaCommand<C extends typeof Command, T> extends Command {
  static override baseFlags = {
    json: Flags.boolean({ description: 'Print one JSON envelope on stdout.', helpGroup: 'GLOBAL' }),
    output: Flags.option({ options: FORMATS, char: 'o' })({
      description: 'Form of the output: ndjson is a line of JSON for each event, the envelope last.',
      helpGroup: 'GLOBAL',
    }),
    fields: Flags.string({
      description:
        'Only these fields of the result, e.g. id,name (see: sahara schema). Without --json: tabs.',
      helpGroup: 'GLOBAL',
      helpValue: 'A,B',
    }),
    quiet: Flags.boolean({ char: 'q', description: 'Print the result only.', helpGroup: 'GLOBAL' }),
    wait: Flags.string({
      description: 'Wait up to so long for the devnet to be there, e.g. 30s.',
      helpGroup: 'GLOBAL',
      helpValue: 'TIME',
    }),
    'no-pager': Flags.boolean({
      description: 'Print long text as it is, instead of through $PAGER.',
      helpGroup: 'GLOBAL',
    }),
    project: Flags.string({
      description:
        'Project folder (default: the nearest one above that has .sahara/ or a sahara.config file).',
      helpGroup: 'GLOBAL',
      env: 'SAHARA_PROJECT',
    }),
  };

  /**
   * What a command changes: files below the working directory, the chain or content store, or the services of the
   * devnet. A command that changes anything has a --dry-run. Part of the manifest.
   */
  static writes: readonly ('files' | 'chain' | 'services')[] = [];

  /** Exit codes that say something special of this command, with what they say. Part of the manifest. */
  static exits: Readonly<Record<string, string>> = {};

  abstract execute(invocation: Invocation<C>): Promise<Outcome<T>>;

  /** oclif's abstract entry point; the work is in `_run`, which also covers parsing. */
  override async run(): Promise<void> {}

  protected override async _run<R>(): Promise<R> {
    const command = (this.id ?? '').replaceAll(':', ' ');
    const meta = { command, version: this.config.version, startedAt: Date.now() };
    const mode = requestedMode(this.argv);
    let output = createOutput(mode, meta);
    let progress = createProgress(output);
    let session: Session | undefined;
    /** The devnet that --name is about. */
    let named: string | undefined;
    interruptSignal.addEventListener('abort', () => sayStopping(output), { once: true });
    try {
      const parsed = await this.parse(this.ctor as unknown as Interfaces.Input<never, never, never>);
      const flags = parsed.flags as ParsedFlags<C>;
      const shared = flags as SharedFlags;
      if (command.startsWith('devnet ')) named = shared.name;
      if (shared.json && shared.output !== undefined && shared.output !== 'json')
        throw usage(command, `--json and --output ${shared.output} ask for two forms at once.`);
      for (const [name, value] of Object.entries(flags))
        if (typeof value === 'number' && !Number.isSafeInteger(value))
          throw usage(command, `--${name} ${value} is larger than any number that can be meant.`);
      const waitMs = parseWait(shared.wait ?? '0');
      if (waitMs === undefined)
        throw usage(command, `--wait ${shared.wait} is no time; write it like 30s or 2m.`);
      if (shared.fields !== undefined) {
        const { checkedFields } = await import('./wanted-fields.ts');
        output = createOutput({ ...mode, fields: checkedFields(command, shared.fields) }, meta);
        progress = createProgress(output);
      }
      const logger: Logger = {
        info: (m) => output.note(m),
        warn: (m) => output.warn(m),
        debug: (m) => {
          if (/\bsahara\b|\*/.test(process.env['DEBUG'] ?? '')) process.stderr.write(`debug ${m}\n`);
        },
      };
      session = createSession({
        project: shared.project,
        accountFlag: parsed.raw.some((t) => t.type === 'flag' && t.flag === 'account')
          ? shared.account
          : undefined,
        dryRun: shared['dry-run'] ?? false,
        waitMs,
        yes: shared.yes ?? false,
        output,
        progress,
        logger,
        signal: interruptSignal,
      });
      const outcome = await orOverdue(
        this.execute({
          flags,
          args: parsed.args as ParsedArgs<C>,
          argv: parsed.argv as string[],
          session,
          output,
          progress,
          logger,
          signal: interruptSignal,
        }),
      );
      // Nothing is reported as done that a crash could still take back.
      await makeDurable(session);
      await progress.close();
      const { data, text, dryRun = shared['dry-run'] ?? false } = outcome;
      // A command that sees to its dry runs by itself knows what comes next as well.
      const isOwn = outcome.dryRun !== undefined || !dryRun;
      const next = isOwn ? inDevnet(outcome.next ?? [], named) : [forReal(command, this.argv)];
      // What a command has done is said at once; what it was asked to show may be long.
      const writes = (this.ctor as typeof SaharaCommand).writes;
      const paged = writes.length === 0 && !shared['no-pager'];
      await output.success({ data, text, next, dryRun, paged });
      session.reported();
      process.exitCode = outcome.exitCode ?? 0;
    } catch (error) {
      // What was done before it failed is kept as well, and what went wrong first is what is told.
      await makeDurable(session).catch(() => {});
      await progress.close();
      const failure = foreseen(error, command, interruptSignal);
      failure.next.splice(0, failure.next.length, ...inDevnet(failure.next, named));
      // Where even the error finds no reader, the exit code still tells.
      await output.failure(failure).catch(() => {});
      process.exitCode =
        failure.id === 'INTERRUPTED' ? (signalExitCode() ?? EXIT_SIGINT) : EXIT_CODES[failure.kind];
      // Whatever does not heed the signal must not keep the process.
      if (interruptSignal.aborted) process.exit();
    } finally {
      await session?.close();
    }
    return undefined as R;
  }
}

/** Waits until what this process has changed on a devnet is on disk. Loads nothing where it has changed nothing. */
async function makeDurable(session: Session | undefined): Promise<void> {
  const written = takeWritten();
  if (written.length > 0)
    await (await import('../devnet/commit.ts')).commitWritten(written, session?.project.stateDir);
}

/** Whoever has pressed Ctrl-C learns that it was heard, and what to do where it takes too long. */
function sayStopping(output: Output): void {
  if (interruptSignal.reason !== 'SIGINT' || !isTerminal('stderr')) return;
  // The terminal has written ^C where the cursor was.
  tell(process.stderr, canRedraw() ? '\r\u001b[K' : '\n');
  output.note('Stopping; press Ctrl-C again to stop at once.');
}

/** Milliseconds that a command gets to stop in good order. */
const GRACE_MS = 3000;

/** The work, or a rejection some time after an interruption that the work did not heed. */
function orOverdue<R>(work: Promise<R>): Promise<R> {
  const overdue = new Promise<never>((_, reject) => {
    interruptSignal.addEventListener(
      'abort',
      () => setTimeout(() => reject(interruptSignal.reason), GRACE_MS),
      {
        once: true,
      },
    );
  });
  return Promise.race([work, overdue]);
}

/** The same command line, to be run for real. */
function forReal(command: string, argv: readonly string[]): NextStep {
  const rest = argv.filter((arg) => arg !== '--dry-run').map(shellQuote);
  return { command: ['sahara', command, ...rest].join(' '), when: 'to do it' };
}

type SharedFlags = {
  json?: boolean;
  output?: string;
  fields?: string;
  wait?: string;
  'no-pager'?: boolean;
  project?: string;
  account?: string;
  name?: string;
  'dry-run'?: boolean;
  yes?: boolean;
};

function usage(command: string, message: string): SaharaError<'USAGE'> {
  return new SaharaError('USAGE', { message, command });
}

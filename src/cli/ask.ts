import { shellQuote } from '../base/shell-quote.ts';
import type { Output } from './output.ts';
import { type Choice, canAsk, openPrompter, type Prompter, type Validate } from './prompts.ts';
import { inputMissing } from './usage.ts';

/** The answers so far, by name; '' where there is none. */
type Answers<N extends string> = Record<N, string>;

/** Something that a command needs to know: an argument or a flag that a person may be asked for. */
export type Question<N extends string = string> = {
  /** As it is typed: "NAME" for an argument, "--from" for a flag. */
  name: N;
  /** What it is, for the error that lists all that is missing. */
  about: string;
  /** The question, as a person reads it. */
  message: string;
  /** What the command line says. */
  given: string | undefined;
  /** May stay without an answer, which is ''. */
  optional?: boolean;
  /** To choose from; a question with nothing to choose from is not asked. */
  choices?: readonly Choice[] | ((soFar: Answers<N>) => readonly Choice[] | Promise<readonly Choice[]>);
  /** What Enter takes, and --yes. */
  proposal?: string | ((soFar: Answers<N>) => string | undefined);
  validate?: (text: string, soFar: Answers<N>) => void | Promise<void>;
};

export type Asking = {
  output: Pick<Output, 'format' | 'note'>;
  signal: AbortSignal;
  /** As it is typed, e.g. "new". */
  command: string;
  /** --yes was given. */
  yes?: boolean;
  /** What else the command line says, for the line that does the same without questions. */
  rest?: readonly string[];
};

/**
 * What a command needs, from the command line; on a terminal a person is asked for what is missing there, and is then
 * told the line that does the same without questions. What is optional is asked only along with something that is
 * needed, or where nothing is needed at all.
 *
 * @throws USAGE naming all that is missing, where nobody can be asked; INTERRUPTED
 */
export async function askFor<N extends string>(
  asking: Asking,
  questions: readonly Question<N>[],
): Promise<Answers<N>> {
  const needed = questions.filter((q) => !q.optional);
  const open = needed.length === 0 ? questions : needed;
  const asks = open.some((q) => q.given === undefined) && canAsk(asking.output.format, asking.yes);
  const answers = Object.fromEntries(questions.map((q) => [q.name, ''])) as Answers<N>;
  const missing: Question[] = [];
  let prompter: Prompter | undefined;

  for (const question of questions) {
    const proposal = typeof question.proposal === 'function' ? question.proposal(answers) : question.proposal;
    if (question.given !== undefined) answers[question.name] = question.given;
    else if (asks) {
      prompter ??= await openPrompter(asking.signal);
      answers[question.name] = await asked(prompter, question, proposal, answers);
    } else if (proposal !== undefined && (asking.yes || question.optional)) answers[question.name] = proposal;
    else if (!question.optional) missing.push(question);
  }
  if (missing.length > 0) throw inputMissing(asking.command, missing);
  if (asks) asking.output.note(`\nThe same without questions: ${sameLine(asking, questions, answers)}\n`);
  return answers;
}

async function asked<N extends string>(
  prompter: Prompter,
  question: Question<N>,
  proposal: string | undefined,
  soFar: Answers<N>,
): Promise<string> {
  const { message, choices, validate } = question;
  const preset = proposal === undefined ? {} : { proposal };
  if (choices) {
    const known = typeof choices === 'function' ? await choices(soFar) : choices;
    return known.length === 0 ? '' : prompter.choice({ message, choices: known, ...preset });
  }
  const check: { validate?: Validate } = validate ? { validate: (text) => validate(text, soFar) } : {};
  return prompter.text({ message, ...preset, ...check });
}

/** The command line that answers everything by itself. */
function sameLine<N extends string>(
  { command, rest = [] }: Asking,
  questions: readonly Question<N>[],
  answers: Answers<N>,
): string {
  const isFlag = (q: Question<N>) => q.name.startsWith('-');
  const told = questions.filter((q) => answers[q.name] !== '');
  const words = [
    ...told.filter((q) => !isFlag(q)).map((q) => answers[q.name]),
    ...rest,
    ...told.filter(isFlag).flatMap((q) => [q.name, answers[q.name]]),
    // Where everything is optional, a bare line would ask again.
    ...(questions.every((q) => q.optional) ? ['--yes'] : []),
  ];
  return [process.env['SAHARA_INVOCATION'] ?? 'sahara', command, ...words.map(shellQuote)].join(' ');
}

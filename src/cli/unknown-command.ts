import { suggest } from '../base/suggest.ts';

/**
 * What was probably meant by words that are no command: a command or topic that is spelt alike, or a command whose
 * last word was typed without its topic ("balance").
 *
 * @param known the commands, by their words: "account balance"
 */
export function unknownCommand(
  typed: readonly string[],
  known: readonly string[],
): { command: string; suggestion: string | null; topic: string | null } {
  const [first = ''] = typed;
  const topics = new Set(known.filter((id) => id.includes(' ')).map((id) => id.split(' ')[0] ?? ''));
  const words = typed.slice(0, 2).join(' ');
  const lastWords = new Map(known.map((id) => [id.split(' ').at(-1) ?? '', id]));
  const topic = topics.has(first) ? first : null;
  const suggestion =
    suggest(words, known) ??
    (topic
      ? null
      : (suggest(first, [...known, ...topics]) ?? lastWords.get(suggest(first, lastWords.keys()) ?? '')));
  return { command: words, suggestion: suggestion ?? null, topic };
}

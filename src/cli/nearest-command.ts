import { suggest } from '../base/suggest.ts';

/** Words that people bring along from other tools and spellings, and what they are called here. */
const ALSO_CALLED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    licence: 'license',
    offers: 'market',
    royalties: 'revenue',
    earnings: 'revenue',
    royalty: 'revenue',
    wallet: 'account',
    node: 'devnet',
    chain: 'devnet',
    network: 'devnet',
    settings: 'config',
    ls: 'list',
    info: 'show',
    view: 'show',
    describe: 'show',
    cat: 'show',
    inspect: 'show',
    download: 'get',
    fetch: 'get',
    pull: 'get',
    check: 'verify',
    up: 'start',
    down: 'stop',
    purchase: 'buy',
    transfer: 'send',
    withdraw: 'claim',
    faucet: 'fund',
    remove: 'unset',
    create: 'new',
    scaffold: 'new',
    train: 'build',
    push: 'publish',
    upload: 'publish',
    release: 'publish',
    register: 'publish',
    quickstart: 'demo',
    ask: 'agent run',
  }),
);

/**
 * The command that was probably meant by words that name none: misspelt, in the wrong order, in the plural, by
 * another tool's name, or without its topic.
 *
 * @param words what was typed, without flags and their values
 * @param known all commands, e.g. "asset show"
 * @returns `typed`, the part of the words to be called wrong, and a suggestion: a command, or a topic alone
 */
export function nearestCommand(
  words: readonly string[],
  known: readonly string[],
): { typed: string; suggestion: string | null } {
  const [one = '', two = ''] = words;
  const topics = [...new Set(known.filter((k) => k.includes(' ')).map((k) => k.split(' ')[0] ?? ''))];
  const single = known.filter((k) => !k.includes(' '));
  const lastWords = [...new Set(known.filter((k) => k.includes(' ')).map((k) => k.split(' ')[1] ?? ''))];
  const meant = (word: string) => usual(word, [...topics, ...single, ...lastWords]);
  // What a word means is a matter of where it stands: "ls" is a command of one topic, and "list" in the others.
  const near = (word: string, among: readonly string[]) => suggest(usual(word, among), among);
  const ofTopic = (topic: string) =>
    known.filter((k) => k.startsWith(`${topic} `)).map((k) => k.slice(topic.length + 1));
  /** "status" is a command of one topic, "list" of several: the first topic that has it. */
  const byLastWord = (word: string | null) =>
    [`asset ${usual(word ?? '', ofTopic('asset'))}`, ...topics.map((t) => `${t} ${word}`)].find((k) =>
      known.includes(k),
    ) ?? null;
  const inTopic = (topic: string | null, word: string) => {
    const found = topic && topics.includes(topic) ? near(word, ofTopic(topic)) : null;
    return found === null ? null : `${topic} ${found}`;
  };

  const below = `${one} ${two}`;
  if (known.some((k) => k.startsWith(`${below} `))) {
    const found = near(words[2] ?? '', ofTopic(below));
    const typed = words.slice(0, 3).join(' ');
    return { typed, suggestion: found === null ? null : `${below} ${found}` };
  }
  if (topics.includes(one))
    return { typed: [one, two].filter(Boolean).join(' '), suggestion: inTopic(one, two) };
  if (two !== '') {
    const both =
      inTopic(near(one, topics), two) ?? (topics.includes(meant(two)) ? inTopic(meant(two), one) : null);
    if (both) return { typed: `${one} ${two}`, suggestion: both };
  }
  const word = meant(one);
  const suggestion =
    [...single, ...known].find((k) => k === word) ??
    (topics.includes(word) ? (byTopicList(word, known) ?? word) : null) ??
    (lastWords.includes(word) ? byLastWord(word) : null) ??
    suggest(word, single) ??
    suggest(word, topics) ??
    byLastWord(suggest(word, lastWords));
  return { typed: one, suggestion };
}

/** "assets" by itself wants to see them. */
const byTopicList = (topic: string, known: readonly string[]): string | undefined =>
  known.find((k) => k === `${topic} list`);

function usual(typed: string, known: readonly string[]): string {
  const word = typed.toLowerCase();
  if (known.includes(word)) return word;
  const singular = word.replace(/s$/, '');
  return ALSO_CALLED.get(word) ?? ALSO_CALLED.get(singular) ?? (known.includes(singular) ? singular : word);
}

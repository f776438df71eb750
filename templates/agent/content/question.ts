/** What the agent has to know of a feature to find it in a sentence. */
export type Feature = { name: string; unit?: string };

export type Reading = {
  /** The values found, by the feature's name, in the feature's own unit. */
  values: Record<string, number>;
  /** Features without a value. */
  missing: Feature[];
  /** Numbers that fit no feature, as they were written. */
  unused: string[];
};

/** A number of the question, its unit, and the words that belong to it. */
type Mention = { text: string; value: number; unit: string | null; words: string[] };

// Units that the agent can convert into each other: name, quantity, size.
const UNITS: Record<string, [quantity: string, size: number]> = {
  mm: ['length', 0.001],
  cm: ['length', 0.01],
  m: ['length', 1],
  km: ['length', 1000],
  mg: ['mass', 0.001],
  g: ['mass', 1],
  kg: ['mass', 1000],
  ms: ['time', 0.001],
  s: ['time', 1],
  h: ['time', 3600],
};
const SPELT: Record<string, string> = {
  millimetre: 'mm',
  millimeter: 'mm',
  centimetre: 'cm',
  centimeter: 'cm',
  metre: 'm',
  meter: 'm',
  gram: 'g',
  kilogram: 'kg',
  kilo: 'kg',
};
// Other words for those that columns are called by.
const MEANS: Record<string, string> = {
  beak: 'bill',
  culmen: 'bill',
  wing: 'flipper',
  weight: 'mass',
  weighs: 'mass',
  weighing: 'mass',
  long: 'length',
  deep: 'depth',
  wide: 'width',
  tall: 'height',
  high: 'height',
};

const NUMBERED = /^f(\d+)$/;
const CLAUSE = /[,;\n]|[.?!](?=\s|$)|\band\b|\bwith\b/i;

/**
 * Finds the features' values in a question. In turn, until every number has its place: by the words it stands with ("a bill
 * 39.1 mm long", "body_mass_g=3750"), by its unit when only one feature is left with such a unit, and, when as many
 * numbers as features are left, in the features' order.
 */
export function readQuestion(question: string, features: Feature[]): Reading {
  const mentions = findMentions(joinNumbered(question.slice(0, 4_000), features));
  const found = new Map<Feature, Mention>();
  const open = () => mentions.filter((mention) => ![...found.values()].includes(mention));
  const without = () => features.filter((feature) => !found.has(feature));

  const byWords = mentions
    .flatMap((mention) =>
      features.map((feature) => ({ mention, feature, score: score(mention, feature, features) })),
    )
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  for (const { mention, feature } of byWords) {
    if (without().includes(feature) && open().includes(mention)) found.set(feature, mention);
  }
  for (const mention of open()) {
    const fitting = without().filter(
      (feature) => mention.unit !== null && quantity(mention.unit) === quantity(feature.unit),
    );
    const rivals = open().filter((other) => quantity(other.unit) === quantity(mention.unit));
    const [only] = fitting;
    if (only && fitting.length === 1 && rivals.length === 1) found.set(only, mention);
  }
  const left = open();
  const inOrder = without();
  if (left.length === inOrder.length && left.every((mention, i) => fits(mention, inOrder[i]))) {
    for (const [i, feature] of inOrder.entries()) found.set(feature, left[i] as Mention);
  }

  const values = features.flatMap((feature) => {
    const mention = found.get(feature);
    return mention ? [[feature.name, converted(mention, feature)] as const] : [];
  });
  return {
    values: Object.fromEntries(values),
    missing: without(),
    unused: open().map((mention) => mention.text),
  };
}

/** `bill_length_mm` in words: bill length; `f1`, as models call what has no name: feature 1. */
export function spoken(feature: Feature): string {
  const numbered = NUMBERED.exec(feature.name);
  if (numbered) return `feature ${numbered[1]}`;
  const words = feature.name.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
  return (words.length > 1 && words.at(-1) === feature.unit ? words.slice(0, -1) : words).join(' ');
}

/** Makes one word, `f1`, of "feature 1", whose number is no value. */
function joinNumbered(question: string, features: Feature[]): string {
  return question.replace(/\bfeature\s*#?(\d+)(?![\d_]|[.,]\d)/gi, (whole, number: string) =>
    features.some((feature) => feature.name === `f${number}`) ? `f${number}` : whole,
  );
}

function findMentions(question: string): Mention[] {
  // A number that is part of a word ("v2") is none; a comma is a thousands mark only where a unit follows or a name comes
  // before ("mass: 3,750"), since "181,375" may also be two numbers.
  const numbers = [
    ...question.matchAll(
      /(?<![\p{L}\d_.,])[-+]?(?:\d{1,3}(?:,\d{3})+(?=\s?\p{L})|(?<=[=:]\s?)\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?(?![\d_])|(?<=[\d],)\d+(?:\.\d+)?/giu,
    ),
  ];
  return numbers.slice(0, 200).map((match, i) => {
    const text = match[0];
    const end = match.index + text.length;
    const previous = numbers[i - 1];
    const before = question.slice(previous ? previous.index + previous[0].length : 0, match.index);
    const after = question.slice(end, numbers[i + 1]?.index);
    const [spelt = ''] = /^\s?(\p{L}+)/u.exec(after)?.slice(1) ?? [];
    const unit = unitNamed(spelt);
    // Words before the number reach back to the last comma or the like, those after it up to the next: "bill 39.1 mm, mass 3750 g".
    const nearBefore = before.split(CLAUSE).at(-1) ?? '';
    const nearAfter = after.split(CLAUSE)[0] ?? '';
    // With a number further on and nothing between the two, what follows belongs to that one: "bill 39.1 depth 18.7".
    const shared = i < numbers.length - 1 && nearAfter === after;
    const words = [...wordsOf(nearBefore), ...(shared ? [] : wordsOf(nearAfter))];
    return {
      text,
      value: Number(text.replaceAll(',', '')),
      unit,
      words: words.map((word) => MEANS[word] ?? word),
    };
  });
}

/** How well the words around a number name a feature; 0 when they do not, or when its unit speaks against it. */
function score(mention: Mention, feature: Feature, all: Feature[]): number {
  if (!fits(mention, feature)) return 0;
  const names = namesOf(feature);
  const hits = names.filter((word) => mention.words.includes(word));
  // A word that other features have too, such as "length", tells less than one that only this one has.
  const weight = hits.reduce((sum, word) => sum + 1 / all.filter((f) => namesOf(f).includes(word)).length, 0);
  return weight / names.length;
}

function fits(mention: Mention, feature: Feature | undefined): boolean {
  return (
    mention.unit === null || !quantity(feature?.unit) || quantity(mention.unit) === quantity(feature?.unit)
  );
}

function converted(mention: Mention, feature: Feature): number {
  const from = mention.unit === null ? undefined : UNITS[mention.unit];
  const to = feature.unit === undefined ? undefined : UNITS[feature.unit];
  if (!from || !to || from[0] !== to[0]) return mention.value;
  // Rounded, for 0.181 m are 181 mm and not 180.99999999999997.
  return Number(((mention.value * from[1]) / to[1]).toPrecision(12));
}

function quantity(unit: string | null | undefined): string | null {
  return unit ? (UNITS[unit]?.[0] ?? unit) : null;
}

function unitNamed(word: string): string | null {
  const lower = word.toLowerCase();
  if (Object.hasOwn(UNITS, lower)) return lower;
  const singular = lower.replace(/s$/, '');
  return Object.hasOwn(SPELT, singular) ? (SPELT[singular] ?? null) : null;
}

/** The words that name a feature in a question. */
function namesOf(feature: Feature): string[] {
  return wordsOf(NUMBERED.test(feature.name) ? feature.name : spoken(feature));
}

/** With the digits that belong to a word: `x1` is another one than `x2`. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}[\p{L}\d]*/gu) ?? [];
}

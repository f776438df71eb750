// An agent answers a question with the tools it is given. This one reads the measurements out of the question, runs the
// published model on them, and says what came out, how sure that is, and which version of the model said so.
//
// It is published as it stands here. It can read its own folder and its model, and can neither write files nor start programs.
import { type Feature, readQuestion, spoken } from './question.ts';

/** What the toolkit hands to an agent. */
type AgentTools = {
  model: {
    asset: string;
    version: number;
    /** Content id of the exact files that are run. */
    cid: string;
    /** What the model takes, in its order; null when it does not say. */
    features: (Feature & { range?: [number, number] })[] | null;
    classes: string[] | null;
    predict(values: Record<string, number>): Promise<{
      label: string;
      probability: number | null;
      probabilities: Record<string, number> | null;
    }>;
  };
};

/** `text` is for people; the rest is for programs. */
type Answer = {
  text: string;
  label: string | null;
  probability: number | null;
  probabilities: Record<string, number> | null;
  /** What was read out of the question. */
  values: Record<string, number>;
  /** Features that the question does not give. With any of them the model is not run. */
  missing: string[];
  model: { asset: string; version: number; cid: string };
};

export async function answer(question: string, { model }: AgentTools): Promise<Answer> {
  const { asset, version, cid, features } = model;
  if (!features)
    throw new Error(`${asset} does not name its features, so they cannot be found in a question`);
  const { values, missing, unused } = readQuestion(question, features);
  const read = { values, missing: missing.map((feature) => feature.name), model: { asset, version, cid } };
  if (missing.length > 0) {
    return {
      text: ask(features, missing, values),
      label: null,
      probability: null,
      probabilities: null,
      ...read,
    };
  }

  const { label, probability, probabilities } = await model.predict(values);
  const sentences = [
    `${label}${probability === null ? '' : `, with a probability of ${percent(probability)}`}.`,
    `I read ${list(features.map((f) => withValue(f, values)))}.`,
  ];
  if (unused.length > 0) sentences.push(`I left out ${list(unused)}, not knowing what it stands for.`);
  const beyond = features.filter((f) => isBeyond(values[f.name], f.range));
  if (beyond.length > 0) {
    const ranges = beyond.map((f) => `${spoken(f)} ${f.range?.join(' to ')}${f.unit ? ` ${f.unit}` : ''}`);
    sentences.push(`Be careful: the model has only seen ${list(ranges)}.`);
  }
  sentences.push(`Answered by ${asset}, version ${version}.`);
  return { text: sentences.join(' '), label, probability, probabilities, ...read };
}

/** Says what is missing, what was understood, and how to ask. */
function ask(
  features: (Feature & { range?: [number, number] })[],
  missing: Feature[],
  values: Record<string, number>,
): string {
  const known = features.filter((f) => Object.hasOwn(values, f.name));
  const example = features.map((f) => {
    const middle = f.range ? Number(((f.range[0] + f.range[1]) / 2).toPrecision(3)) : 1;
    return withValue(f, { [f.name]: middle });
  });
  return [
    `I cannot answer that: I still need ${list(missing.map(wanted))}.`,
    ...(known.length > 0 ? [`I read ${list(known.map((f) => withValue(f, values)))}.`] : []),
    `Ask for example: "${example.join(', ')}?"`,
  ].join(' ');
}

function wanted(feature: Feature): string {
  const name = spoken(feature);
  return `${/\d$/.test(name) ? '' : 'the '}${name}${feature.unit ? ` (${feature.unit})` : ''}`;
}

function withValue(feature: Feature, values: Record<string, number>): string {
  const name = spoken(feature);
  // "feature 1 39.1" would be hard to read.
  return `${name}${/\d$/.test(name) ? ':' : ''} ${values[feature.name]}${feature.unit ? ` ${feature.unit}` : ''}`;
}

function isBeyond(value: number | undefined, range: [number, number] | undefined): boolean {
  return value !== undefined && range !== undefined && (value < range[0] || value > range[1]);
}

/** Never a flat 100 %: the model cannot know that. */
function percent(probability: number): string {
  if (probability > 0.999) return 'over 99.9 %';
  return `${(probability * 100).toFixed(1)} %`;
}

function list(parts: string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

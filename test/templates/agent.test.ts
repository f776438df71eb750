import { beforeAll, describe, expect, it } from 'vitest';
import { type AgentTools, runAgent } from '../../src/execution/index.ts';
import { answer } from '../../templates/agent/content/agent.ts';
import { type Feature, readQuestion } from '../../templates/agent/content/question.ts';
import { CID, DATASET, scaffold, trained } from './scaffold.ts';

// The template states the types it needs itself, so that what is published can be read alone: they must stay these.
const typed: (question: string, tools: AgentTools) => Promise<{ text: string }> = answer;

let dir: string;
let path: string;
const model = () => ({ asset: 'penguin-classifier', version: 3, cid: CID, path });
const ask = async (question: string) =>
  (await runAgent({ dir, script: 'content/agent.ts', question, model: model() })).answer;

beforeAll(async () => {
  dir = await scaffold('agent', { name: 'penguin-expert', model: 'penguin-classifier' });
  path = (await trained(DATASET)).content;
});

describe('the agent template', () => {
  it('answers by running the model, and says which version answered', async () => {
    const reply = await ask(
      'Which species has a bill of 46.5 mm length and 17.9 mm depth, a flipper of 19.2 cm, and 3.5 kg?',
    );
    expect(reply).toMatchObject({
      label: 'Chinstrap',
      values: { bill_length_mm: 46.5, bill_depth_mm: 17.9, flipper_length_mm: 192, body_mass_g: 3500 },
      missing: [],
      model: { asset: 'penguin-classifier', version: 3, cid: CID },
    });
    expect(reply.text).toMatch(
      /^Chinstrap, with a probability of 9\d\.\d %\. .*penguin-classifier, version 3\.$/,
    );
  });

  it('says what it needs when that is not in the question, and does not guess', async () => {
    const reply = await ask('What about a bill 39 mm long?');
    expect(reply).toMatchObject({
      label: null,
      missing: ['bill_depth_mm', 'flipper_length_mm', 'body_mass_g'],
    });
    expect(reply.text).toContain(
      'I still need the bill depth (mm), the flipper length (mm) and the body mass (g)',
    );
    expect(reply.text).toContain('bill length 39 mm');
    // What it proposes to ask is something that it can answer.
    const example = /Ask for example: "(.*)\?"/.exec(reply.text)?.[1] ?? '';
    expect(await ask(example)).toMatchObject({ missing: [] });
  });

  it('points out values that the model has never seen', async () => {
    const reply = await ask('bill 39.1 mm long, 18.7 mm deep, flipper 181 mm, 99 kg');
    expect(reply.text).toMatch(/Be careful: the model has only seen body mass \d+ to \d+ g/);
  });
});

describe('nonsense', () => {
  const features = ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g'].map((name) => ({
    name,
    unit: name.split('_').at(-1) ?? '',
  }));
  const tools: AgentTools = {
    model: {
      ...{ asset: 'a', version: 1, cid: CID, features, classes: null },
      predict: () => Promise.reject(new Error('must not be run')),
    },
  };
  it.each([
    '',
    'What is the weather?',
    '💥'.repeat(9_000),
    'penguin v2 x86 3D',
    '1 2 3 4 5 6 7',
    '1 '.repeat(50_000),
    'Infinity NaN 0x10 1e999 -',
    'bill bill bill mm mm g',
    'constructor __proto__ toString 5 constructors',
  ])('is not answered: %j', async (question) => {
    const reply = await typed(question, tools);
    expect(reply.text).toMatch(/^I cannot answer that: I still need /);
  });
});

it('calls features that only have numbers by these, and its own example can be asked', async () => {
  const tools: AgentTools = {
    model: {
      ...{ asset: 'a', version: 1, cid: CID, features: [{ name: 'f1' }, { name: 'f2' }], classes: null },
      predict: () => Promise.resolve({ label: 'b', probability: null, probabilities: null }),
    },
  };
  const asked = await typed('What is it?', tools);
  expect(asked.text).toContain('I still need feature 1 and feature 2.');
  const example = /Ask for example: "(.*)\?"/.exec(asked.text)?.[1] ?? '';
  expect((await typed(example, tools)).text).toMatch(/^b\. I read feature 1: 1 and feature 2: 1\./);
  expect((await typed('39.1 18.7', tools)).text).toContain('I read feature 1: 39.1 and feature 2: 18.7.');
});

describe('readQuestion', () => {
  const features: Feature[] = [
    { name: 'bill_length_mm', unit: 'mm' },
    { name: 'bill_depth_mm', unit: 'mm' },
    { name: 'flipper_length_mm', unit: 'mm' },
    { name: 'body_mass_g', unit: 'g' },
  ];
  it.each([
    '39.1, 18.7, 181, 3750',
    '39.1,18.7,181,3750',
    '39.1mm 18.7mm 181mm 3750g',
    'body_mass_g=3750 flipper_length_mm=181 bill_depth_mm=18.7 bill_length_mm=39.1',
    'body mass: 3,750; bill depth: 18.7; bill length: 39.1; flipper length: 181',
    'bill 39.1 mm depth 18.7 mm flipper 181 mm mass 3750 g',
    'It weighs 3.75 kg. Its bill is 39.1 mm long and 1.87 cm deep. The flipper measures 0.181 m.',
    'The penguin weighs 3,750 grams and has a 39.1 mm long, 18.7 mm deep beak and a 181 mm flipper',
    'length of bill 39.1 millimetres; depth of bill 18.7mm; flipper 181mm; 3750',
  ])('finds all in %j', (question) => {
    expect(readQuestion(question, features)).toEqual({
      values: { bill_length_mm: 39.1, bill_depth_mm: 18.7, flipper_length_mm: 181, body_mass_g: 3750 },
      missing: [],
      unused: [],
    });
  });

  it('leaves out what fits nothing', () => {
    const { unused, missing } = readQuestion(
      'bill length 39.1, bill depth 18.7, flipper 181, 3750 g, seen in 2007',
      features,
    );
    expect({ unused, missing }).toEqual({ unused: ['2007'], missing: [] });
  });

  it.each([
    '39.1, 18.7',
    'feature 2: 18.7, feature 1: 39.1',
    'f2=18.7 f1=39.1',
    'Feature #1 39.1 and feature 2 18.7',
  ])('finds features that only have numbers in %j', (question) => {
    expect(readQuestion(question, [{ name: 'f1' }, { name: 'f2' }])).toEqual({
      values: { f1: 39.1, f2: 18.7 },
      missing: [],
      unused: [],
    });
  });

  it('takes features without units in order, and never converts what it does not know', () => {
    const plain = [{ name: 'f1' }, { name: 'f2' }];
    expect(readQuestion('-1.5 and 2e3', plain).values).toEqual({ f1: -1.5, f2: 2000 });
    expect(readQuestion('price 3 usd', [{ name: 'price_usd', unit: 'usd' }]).values).toEqual({
      price_usd: 3,
    });
  });
});

// Trains a classifier on the published dataset and writes what will be published to content/:
//
//     model.onnx     the model: raw features in, label and probabilities out
//     labels.json    names of its classes and features
//     metrics.json   what was measured, in full
//     README.md      the model card
//
// This is your code: change what you like. The settings are in train.config.json. The same dataset and the same settings
// give the same bytes, so everybody can check the accuracy in the card by training again.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import LogisticRegression from 'ml-logistic-regression';
import { Matrix } from 'ml-matrix';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { modelCard } from './lib/card.ts';
import { type Example, readExamples, type Selection } from './lib/examples.ts';
import { measure } from './lib/metrics.ts';
import { type LinearClassifier, toOnnx } from './lib/onnx.ts';
import { seededRandom, stratifiedSplit } from './lib/split.ts';

/** What `sahara build` tells: where the published inputs were fetched to, and where the result goes. */
type BuildContext = {
  name: string;
  output: string;
  inputs: { relation: string; asset: string; version: number; cid: string; path: string }[];
};

type Settings = Selection & {
  /** Decides the split. */
  seed: number;
  /** Share of each class that is held out, between 0 and 1. */
  testShare: number;
  /** Steps of gradient descent. More fit the training rows more closely, which is not always better. */
  steps: number;
  /** SPDX id for the card's front matter, or `other`: the terms in sahara.yaml. */
  license: string;
};

async function main(): Promise<void> {
  const { SAHARA_BUILD_CONTEXT } = process.env;
  if (!SAHARA_BUILD_CONTEXT) throw new Error('there is no dataset to train on: run this with `sahara build`');
  const context: BuildContext = JSON.parse(await readFile(SAHARA_BUILD_CONTEXT, 'utf8'));
  const { settings, wrong } = await readSettings();
  const dataset = context.inputs.find((input) => input.relation === 'TRAINED_ON');
  if (!dataset)
    throw new Error('sahara.yaml names no dataset to train on: add a relation of type TRAINED_ON');

  const { file, features, examples, dropped } = await readExamples(dataset.path, settings, wrong);
  const classes = [...new Set(examples.map((example) => example.label))].sort();
  if (classes.length < 2)
    throw new Error(
      `train.config.json: "label" is "${settings.label}", which needs at least 2 classes and has ${classes.length}`,
    );
  const { train, test } = stratifiedSplit(examples, settings.testShare, seededRandom(settings.seed));
  console.log(
    `${dataset.asset} version ${dataset.version}: ${examples.length} rows used, ${dropped} dropped`,
  );
  console.log(`training on ${train.length} rows, ${test.length} held out, seed ${settings.seed}`);

  const { model, predict } = trainClassifier(classes, train, settings.steps);
  const onnx = toOnnx(context.name, model);

  // The file that is published is what is measured, and it must say what the library says.
  const said = await runOnnx(onnx, test);
  const differing = predict(test).filter((label, i) => label !== said[i]).length;
  if (differing > 0) throw new Error(`model.onnx differs from the trained model on ${differing} rows`);
  const truth = test.map((example) => example.label);
  const metrics = measure(classes, truth, said);

  const described = features.map((name, i) => {
    const values = train.map((example) => example.values[i] ?? 0);
    const range: [number, number] = [
      values.reduce((a, b) => Math.min(a, b)),
      values.reduce((a, b) => Math.max(a, b)),
    ];
    return { name, ...unitOf(name), range };
  });
  const rows = { total: examples.length + dropped, dropped, train: train.length, test: test.length };
  const { seed, testShare, steps, license, label } = settings;
  const source = { asset: dataset.asset, version: dataset.version, cid: dataset.cid, file };
  const card = modelCard({
    ...{ name: context.name, license, label, classes, features: described },
    ...{ dataset: source, rows, seed, testShare, steps, metrics },
  });

  await mkdir(context.output, { recursive: true });
  const write = (name: string, data: string | Uint8Array) => writeFile(join(context.output, name), data);
  await write('model.onnx', onnx);
  await write(
    'labels.json',
    json({ classes, features: described, input: 'features', outputs: ['label', 'probabilities'] }),
  );
  await write('metrics.json', json({ ...metrics, features, split: rows, settings, dataset: source }));
  await write('README.md', card);
  console.log(`accuracy ${metrics.accuracy}: ${metrics.correct} of ${metrics.rows} held-out rows are right`);
}

/** Standardises by the training rows alone, then fits one class against the rest for each class. */
function trainClassifier(classes: string[], train: Example[], steps: number) {
  const width = train[0]?.values.length ?? 0;
  const column = (f: number) => train.map((example) => example.values[f] ?? 0);
  const mean = Array.from({ length: width }, (_, f) => average(column(f)));
  const scale = mean.map((m, f) => Math.sqrt(average(column(f).map((v) => (v - m) ** 2))) || 1);
  // The library has no intercept, so the first column is all ones and its weight becomes the bias.
  const matrix = (examples: Example[]) =>
    new Matrix(
      examples.map(({ values }) => [1, ...values.map((v, f) => (v - (mean[f] ?? 0)) / (scale[f] ?? 1))]),
    );

  const library = new LogisticRegression({
    numSteps: steps,
    // The loss, summed over standardised rows and a column of ones, curves by at most rows * (width + 1) / 4 in any
    // direction. The inverse of that is the longest step that is sure to go down.
    learningRate: 4 / (train.length * (width + 1)),
  });
  library.train(matrix(train), Matrix.columnVector(train.map((example) => classes.indexOf(example.label))));

  // In the library a class itself is 0 and the rest is 1, so its weights speak against the class: turn them round.
  const turned = library.classifiers.map((classifier) => classifier.weights.to1DArray().map((w) => -w));
  const model: LinearClassifier = {
    classes,
    mean,
    scale,
    weights: turned.map((row) => row.slice(1)),
    bias: turned.map((row) => row[0] ?? 0),
  };
  const predict = (examples: Example[]) => library.predict(matrix(examples)).map((i) => classes[i] ?? '');
  return { model, predict };
}

async function runOnnx(file: Uint8Array, examples: Example[]): Promise<string[]> {
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(file, { executionProviders: ['wasm'] });
  const values = examples.flatMap((example) => example.values);
  const features = new Tensor('float32', values, [examples.length, values.length / examples.length]);
  const { label } = await session.run({ features }, ['label']);
  await session.release();
  return label?.data as string[];
}

/** The settings, and all that is wrong with those that can be judged without the data. */
async function readSettings(): Promise<{ settings: Settings; wrong: string[] }> {
  const text = await readFile(join(import.meta.dirname, 'train.config.json'), 'utf8');
  let given: Settings;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new Error(`train.config.json is not JSON: ${(error as Error).message}`);
  }
  const settings = { ...given, file: given.file ?? 'auto', license: given.license ?? 'other' };
  const { label, features, missing, seed, testShare, steps } = settings;
  const wrong: string[] = [];
  if (!Number.isSafeInteger(seed)) wrong.push('"seed" must be a whole number');
  if (!(testShare > 0 && testShare < 1)) wrong.push('"testShare" must lie between 0 and 1');
  if (!Number.isSafeInteger(steps) || steps < 1) wrong.push('"steps" must be a whole number above 0');
  const formless: string[] = [];
  if (typeof label !== 'string') formless.push('"label" must name the column to predict');
  if (features !== 'auto' && !(Array.isArray(features) && features.every((name) => typeof name === 'string')))
    formless.push('"features" must be a list of columns, or "auto" for all columns of numbers but the label');
  if (!Array.isArray(missing)) formless.push('"missing" must be a list, e.g. ["", "NA"]');
  // Without these the data cannot even be looked at.
  if (formless.length > 0) throw new Error(`train.config.json: ${[...formless, ...wrong].join('; ')}`);
  return { settings, wrong };
}

/** `bill_length_mm` is in mm. */
function unitOf(name: string): { unit?: string } {
  const last = name.split('_').at(-1) ?? '';
  return name.includes('_') &&
    ['mm', 'cm', 'm', 'km', 'mg', 'g', 'kg', 's', 'ms', 'h', 'usd', 'pct'].includes(last)
    ? { unit: last }
    : {};
}

function average(values: number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

main().catch((error: unknown) => {
  // A sentence for what can be mended in the data or the settings; all there is for a mistake in the code.
  console.error(error instanceof Error && error.name === 'Error' ? `Error: ${error.message}` : error);
  process.exitCode = 1;
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import LogisticRegression from 'ml-logistic-regression';
import { Matrix } from 'ml-matrix';
import onnxProto from 'onnx-proto';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { classify, openModel } from '../../src/execution/index.ts';
import { readExamples } from '../../templates/model/lib/examples.ts';
import { seededRandom, stratifiedSplit } from '../../templates/model/lib/split.ts';
import { CID, DATASET, trained } from './scaffold.ts';

let model: Awaited<ReturnType<typeof trained>>;
let metrics: {
  accuracy: number;
  correct: number;
  rows: number;
  confusion: number[][];
  settings: { label: string; features: string[]; seed: number; testShare: number; steps: number };
};
let card: string;

beforeAll(async () => {
  model = await trained(DATASET);
  metrics = JSON.parse(await readFile(join(model.content, 'metrics.json'), 'utf8'));
  card = await readFile(join(model.content, 'README.md'), 'utf8');
});

/** Trains again with the library alone, in this test's own words: what the template must agree with. */
async function byTheLibrary() {
  const { settings } = metrics;
  const { examples } = await readExamples(DATASET, { file: 'penguins.csv', missing: ['NA'], ...settings });
  const classes = ['Adelie', 'Chinstrap', 'Gentoo'];
  const { train, test } = stratifiedSplit(examples, settings.testShare, seededRandom(settings.seed));
  const plain = new Matrix(train.map((example) => example.values));
  const mean = plain.mean('column');
  const deviation = plain.standardDeviation('column', { unbiased: false, mean });
  const prepare = (rows: { values: number[] }[]) =>
    new Matrix(rows.map((row) => row.values))
      .subRowVector(mean)
      .divRowVector(deviation)
      .addColumn(0, Array(rows.length).fill(1));
  const library = new LogisticRegression({ numSteps: settings.steps, learningRate: 4 / (train.length * 5) });
  library.train(prepare(train), Matrix.columnVector(train.map((example) => classes.indexOf(example.label))));
  const against = library.classifiers.map((classifier) => classifier.testScores(prepare(test)));
  return {
    test,
    labels: library.predict(prepare(test)).map((i) => classes[i]),
    probabilities: test.map((_row, i) => {
      const each = against.map((scores) => 1 - (scores[i] ?? Number.NaN));
      const sum = each.reduce((a, b) => a + b);
      return Object.fromEntries(classes.map((name, c) => [name, (each[c] ?? 0) / sum]));
    }),
  };
}

describe('the model trained on the penguins', () => {
  it('is right on at least 95 % of the rows held out, and the card says exactly how many', () => {
    expect(metrics.rows).toBe(69);
    expect(metrics.correct / metrics.rows).toBeGreaterThanOrEqual(0.95);
    expect(metrics.accuracy).toBeCloseTo(metrics.correct / metrics.rows, 4);
    const front = parse(card.split('---\n')[1] ?? '');
    const [{ results }] = front['model-index'];
    expect(results[0].metrics[0]).toEqual({ type: 'accuracy', value: metrics.accuracy });
    expect(results[0].dataset.revision).toBe(CID);
    expect(card).toContain(`${metrics.correct} of ${metrics.rows} rows`);
  });

  it('gives the library’s own answer on every held-out row, through onnxruntime', async () => {
    const library = await byTheLibrary();
    const predictions = await classify(
      model.content,
      library.test.map((example) => example.values),
    );
    expect(predictions).toHaveLength(69);
    expect(predictions.map((p) => p.label)).toEqual(library.labels);
    for (const [i, { probabilities }] of predictions.entries()) {
      for (const [name, p] of Object.entries(library.probabilities[i] ?? {})) {
        expect(Math.abs((probabilities?.[name] ?? Number.NaN) - p), `${name} of row ${i}`).toBeLessThan(1e-5);
      }
    }
    const right = predictions.filter((p, i) => p.label === library.test[i]?.label).length;
    expect(right).toBe(metrics.correct);
  });

  it('never learns from a held-out row', async () => {
    const { test } = await byTheLibrary();
    const { examples } = await readExamples(DATASET, { file: 'auto', missing: ['NA'], ...metrics.settings });
    const { train } = stratifiedSplit(
      examples,
      metrics.settings.testShare,
      seededRandom(metrics.settings.seed),
    );
    expect(train.length + test.length).toBe(342);
    expect(new Set([...train, ...test]).size).toBe(342);
    const share = (rows: { label: string }[]) =>
      rows.filter((row) => row.label === 'Chinstrap').length / rows.length;
    expect(Math.abs(share(train) - share(test))).toBeLessThan(0.01);
  });

  it('comes out the same to the byte when it is trained again, and differently with another seed', async () => {
    const again = await trained(DATASET);
    const other = await trained(DATASET, { seed: 7 });
    for (const { path } of model.build.outputs) {
      const bytes = await readFile(join(model.content, path));
      expect((await readFile(join(again.content, path))).equals(bytes), path).toBe(true);
    }
    const onnx = await readFile(join(model.content, 'model.onnx'));
    expect((await readFile(join(other.content, 'model.onnx'))).equals(onnx)).toBe(false);
  });

  it('writes what is published, and tells what it wrote', () => {
    expect(model.build.outputs.map((file) => file.path)).toEqual([
      'README.md',
      'labels.json',
      'metrics.json',
      'model.onnx',
    ]);
    expect(model.output.at(-1)).toContain(`${metrics.correct} of 69`);
    // Measured 0.6 s; the limit is what a newcomer is promised.
    expect(model.build.durationMs).toBeLessThan(5_000);
  });

  it('keeps its wits far from everything it has seen', async () => {
    const [prediction] = await classify(model.content, [[1e6, -1e6, 1e6, 1e7]]);
    const sum = Object.values(prediction?.probabilities ?? {}).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 5);
  });
});

describe('the ONNX file', () => {
  it('is structurally valid', async () => {
    const file = onnxProto.onnx.ModelProto.decode(await readFile(join(model.content, 'model.onnx')));
    expect(Number(file.irVersion)).toBe(8);
    expect(file.opsetImport?.map(({ domain, version }) => [domain, Number(version)])).toEqual([['', 17]]);
    const graph = file.graph;
    const known = new Set(
      [...(graph?.input ?? []), ...(graph?.initializer ?? [])].map((value) => value.name),
    );
    // In ONNX nodes stand in the order of execution and every name is assigned once.
    for (const node of graph?.node ?? []) {
      for (const name of node.input ?? []) expect(known, `${node.opType} reads ${name}`).toContain(name);
      for (const name of node.output ?? []) {
        expect(known).not.toContain(name);
        known.add(name);
      }
    }
    for (const { name } of graph?.output ?? []) expect(known).toContain(name);
    for (const tensor of graph?.initializer ?? []) {
      const size = (tensor.dims ?? []).reduce((product: number, n) => product * Number(n), 1);
      const held = tensor.stringData?.length || (tensor.rawData?.length ?? 0) / 4;
      expect(held, `${tensor.name}`).toBe(size);
    }
  });

  it('names its features and classes as labels.json does', async () => {
    const open = await openModel(model.content);
    expect(open.features?.map((f) => [f.name, f.unit])).toEqual([
      ['bill_length_mm', 'mm'],
      ['bill_depth_mm', 'mm'],
      ['flipper_length_mm', 'mm'],
      ['body_mass_g', 'g'],
    ]);
    expect(open.classes).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
    const byName = { body_mass_g: 3750, flipper_length_mm: 181, bill_depth_mm: 18.7, bill_length_mm: 39.1 };
    expect(await open.predict(byName)).toEqual(await open.predict([39.1, 18.7, 181, 3750]));
    expect((await open.predict(byName)).label).toBe('Adelie');
    await open.close();
  });
});

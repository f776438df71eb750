import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SaharaError } from '../base/errors.ts';
import {
  BOOL,
  DOUBLE,
  FLOAT,
  INT32,
  INT64,
  STRING,
  type TestModel,
  writeModel,
} from './fixture-models.test-helper.ts';
import { classify, type FeatureValues, openModel } from './onnx.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sahara-onnx-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function model(given: Partial<TestModel> = {}, labels?: unknown): Promise<void> {
  await writeModel(join(folder, 'model.onnx'), given);
  if (labels !== undefined) {
    await writeFile(
      join(folder, 'labels.json'),
      typeof labels === 'string' ? labels : JSON.stringify(labels),
    );
  }
}
const failure = (rows: readonly FeatureValues[] = [[1, 2]]): Promise<SaharaError> =>
  classify(folder, rows).then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as SaharaError,
  );

const scores = (type = FLOAT, shape: (number | string)[] = ['N', 2]): Partial<TestModel> => ({
  inputs: [{ name: 'x', type, shape }],
  outputs: [{ name: 'y', type, shape }],
  nodes: [['Identity', ['x'], 'y']],
  constants: [],
});

describe('a model', () => {
  it('gives label and probabilities, in order, for any number of rows', async () => {
    await model({}, { features: ['p', { name: 'q', unit: 'mm', range: [0, 9] }] });
    const open = await openModel(folder);
    expect(open.features).toEqual([{ name: 'p' }, { name: 'q', unit: 'mm', range: [0, 9] }]);
    const number = fc.float({ noNaN: true, min: -50, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, number), { maxLength: 20 }), async (rows) => {
        const predictions = await open.predictMany(rows);
        expect(predictions).toHaveLength(rows.length);
        for (const [i, [p, q]] of rows.entries()) {
          const prediction = predictions[i];
          expect(prediction?.label).toBe(q > p ? 'b' : 'a');
          expect(prediction?.probability).toBeCloseTo(1 / (1 + Math.exp(-Math.abs(p - q))), 5);
        }
      }),
      { numRuns: 30 },
    );
    expect(await open.predict({ q: 1, p: 2 })).toEqual(await open.predict([2, 1]));
    await open.close();
  });

  it('is run in batches without losing a row', async () => {
    await model();
    const rows = Array.from({ length: 10_000 }, (_, i) => [i % 3, i % 2]);
    const predictions = await classify(folder, rows);
    expect(predictions.map((p) => p.label)).toEqual(rows.map(([p = 0, q = 0]) => (q > p ? 'b' : 'a')));
  });

  it('answers questions that come at the same time', async () => {
    await model();
    const open = await openModel(folder);
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => open.predict([i % 2, 0.5])));
    expect(all.map((p) => p.label)).toEqual(Array.from({ length: 20 }, (_, i) => (i % 2 ? 'a' : 'b')));
    await open.close();
  });

  it.each<[string, Partial<TestModel>, number[][]]>([
    ['doubles', scores(DOUBLE), [[1, 3]]],
    [
      'one row at a time',
      scores(FLOAT, [1, 2]),
      [
        [1, 3],
        [1, 3],
        [1, 3],
      ],
    ],
    [
      'three rows at a time',
      scores(FLOAT, [3, 2]),
      [
        [1, 3],
        [1, 3],
        [1, 3],
        [1, 3],
      ],
    ],
    ['a number of columns left open', scores(FLOAT, ['N', 'F']), [[1, 3]]],
  ])('may take %s, and its scores become probabilities', async (_what, given, rows) => {
    await model(given);
    const predictions = await classify(folder, rows);
    expect(predictions).toHaveLength(rows.length);
    for (const prediction of predictions) {
      expect(prediction.label).toBe('1');
      expect(prediction.probability).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    }
  });

  it.each([INT32, INT64])('may take whole numbers (type %i), and then refuses others', async (type) => {
    const given: Partial<TestModel> = {
      inputs: [{ name: 'x', type, shape: ['N', 2] }],
      outputs: [{ name: 'y', type: INT64, shape: ['N'] }],
      nodes: [['ArgMax', ['x'], 'y', { axis: 1, keepdims: 0 }]],
      constants: [],
    };
    await model(given, ['no', 'yes']);
    expect(await classify(folder, [[1, 3]])).toEqual([
      { label: 'yes', probability: null, probabilities: null },
    ]);
    expect(await failure([[1, 2.5]])).toMatchObject({ id: 'FEATURES_MISMATCH' });
  });

  it('may take a plain list, one row each', async () => {
    await model({ ...scores(FLOAT, [2]) });
    expect(
      (
        await classify(folder, [
          [0.25, 0.75],
          [1, 0],
        ])
      ).map((p) => p.label),
    ).toEqual(['1', '0']);
  });

  it.each([
    [0.2, 'no', 0.8],
    [0.9, 'yes', 0.9],
    [3, 'yes', 1 / (1 + Math.exp(-3))],
  ])('may answer with one number, %d, if labels.json names two classes', async (x, label, probability) => {
    await model(scores(FLOAT, ['N', 1]), ['no', 'yes']);
    const [prediction] = await classify(folder, [[x]]);
    expect(prediction?.label).toBe(label);
    expect(prediction?.probability).toBeCloseTo(probability, 6);
  });

  it('may have any file name when it is the only one', async () => {
    await writeModel(join(folder, 'Mine.ONNX'), {});
    expect((await classify(folder, [[1, 2]]))[0]?.label).toBe('b');
  });

  it('may call a class what it likes', async () => {
    await model(scores(), ['__proto__', 'constructor']);
    const [prediction] = await classify(folder, [[3, 1]]);
    expect(prediction?.label).toBe('__proto__');
    expect(Object.keys(prediction?.probabilities ?? {})).toEqual(['__proto__', 'constructor']);
  });
});

describe('a folder without a usable model', () => {
  it('is reported when it is missing, empty or ambiguous', async () => {
    expect((await failure()).message).toContain('holds no .onnx file');
    await writeFile(join(folder, 'a.onnx'), '');
    await writeFile(join(folder, 'b.onnx'), '');
    expect((await failure()).message).toContain('several (a.onnx, b.onnx)');
    await rm(folder, { recursive: true });
    expect(await failure()).toMatchObject({ id: 'MODEL_MISSING', kind: 'not-found' });
  });

  it.each([
    ['empty', ''],
    ['text', 'this is no model'],
    ['a picture', '\u0089PNG\r\n\u001a\n'],
  ])('is reported when the file is %s', async (_what, bytes) => {
    await writeFile(join(folder, 'model.onnx'), Buffer.from(bytes, 'latin1'));
    expect(await failure()).toMatchObject({ id: 'MODEL_UNREADABLE' });
  });

  it('is reported when the graph uses an operator that nobody has', async () => {
    await model({ ...scores(), nodes: [['Levitate', ['x'], 'y']] });
    expect((await failure()).message).toContain('Levitate');
  });

  it.each<[string, Partial<TestModel>]>([
    ['pictures', scores(FLOAT, [1, 3, 32, 32])],
    ['text', scores(STRING, ['N', 2])],
    ['truth values', scores(BOOL, ['N', 2])],
    ['absurdly many columns', scores(FLOAT, ['N', 2 ** 30])],
    ['absurdly many rows', scores(FLOAT, [2 ** 30, 2])],
    [
      'columns of different widths',
      {
        ...scores(),
        inputs: [
          { name: 'x', type: FLOAT, shape: ['N', 2] },
          { name: 'z', type: FLOAT, shape: ['N', 3] },
        ],
      },
    ],
  ])('is reported when it takes %s', async (_what, given) => {
    await model(given);
    const error = await failure();
    expect(error).toMatchObject({ id: 'MODEL_FORM_UNSUPPORTED', params: { part: 'input' } });
  });

  it('is reported when it gives one number and nobody says what that is', async () => {
    await model(scores(FLOAT, ['N', 1]));
    expect(await failure([[1]])).toMatchObject({ id: 'MODEL_FORM_UNSUPPORTED', params: { part: 'output' } });
  });

  it('is reported when its answer is no number', async () => {
    await model({ ...scores(), nodes: [['Log', ['x'], 'y']] });
    expect(await failure([[-1, -1]])).toMatchObject({ id: 'MODEL_RUN_FAILED' });
  });

  it('is reported when it fails while it runs', async () => {
    // The graph needs two columns, which its declared input does not say.
    const constants = [{ name: 'one', dims: [1, 2], floats: [1, 1] }];
    await model({
      ...scores(FLOAT, ['N', 'F']),
      constants,
      nodes: [['Gemm', ['x', 'one'], 'y', { transB: 1 }]],
    });
    expect(await failure([[1, 2, 3]])).toMatchObject({ id: 'MODEL_RUN_FAILED' });
  });
});

describe('labels.json', () => {
  it.each([
    ['no JSON', '{', /not JSON/],
    ['a number', '5', /neither an object nor a list/],
    ['no class', { classes: [] }, /list of names/],
    ['an unnamed class', { classes: ['a', ''] }, /every class/],
    ['a class twice', ['a', 'a'], /"a" is named twice/],
    ['a feature twice', { features: ['a', 'a'] }, /"a" is named twice/],
    ['an unnamed feature', { features: [{ unit: 'mm' }] }, /every feature needs a name/],
    ['null for a feature', { features: [null, 'b'] }, /every feature needs a name/],
    ['too many features', { features: ['a', 'b', 'c'] }, /names 3 features, and the model takes 2/],
    ['too many classes', { classes: ['a', 'b', 'c'] }, /names 3 classes, and the model gives 2/],
  ])('is refused with %s', async (_what, labels, message) => {
    await model({}, labels);
    const error = await failure();
    expect(error.id).toBe('MODEL_LABELS_INVALID');
    expect(error.message).toMatch(message);
  });
});

describe('values that do not fit', () => {
  it('are refused when rows have different lengths', async () => {
    await model(scores(FLOAT, ['N', 'F']));
    expect(await failure([[1, 2], [1]])).toMatchObject({ id: 'FEATURES_MISMATCH' });
    expect((await failure([{ p: 1 }])).message).toContain('does not name its features');
  });

  it.each<[string, FeatureValues, RegExp]>([
    ['too few', [1], /1 given where 2 are needed; it takes p, q \(mm\)/],
    ['too many', [1, 2, 3], /3 given/],
    ['one that is not a number', [1, Number.NaN], /q is not a finite number/],
    ['one that is infinite', { p: Number.POSITIVE_INFINITY, q: 1 }, /p is not a finite/],
    ['a missing name', { p: 1 }, /q is missing/],
    ['an unknown name', { p: 1, Q: 2 }, /"Q" is not one of its features, did you mean "q"/],
    ['text', { p: '1' as unknown as number, q: 1 }, /p is not a finite number/],
  ])('are refused: %s', async (_what, values, message) => {
    await model({}, { features: ['p', { name: 'q', unit: 'mm' }] });
    const error = await failure([values]);
    expect(error).toMatchObject({ id: 'FEATURES_MISMATCH', kind: 'usage' });
    expect(error.message).toMatch(message);
  });
});

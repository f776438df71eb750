import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from 'onnxruntime-web';
import { SaharaError } from '../base/errors.ts';
import { featureRow } from './feature-row.ts';
import { type ModelFeature, readLabels } from './labels.ts';
import { type InputForm, inputForm, outputForm } from './onnx-form.ts';

export type { ModelFeature } from './labels.ts';

/** One row: every feature by its name, or all of them in the model's order. */
export type FeatureValues = readonly number[] | Readonly<Record<string, number>>;

export type Prediction = {
  label: string;
  /** Of the label, 0 to 1; null when the model gives labels only. */
  probability: number | null;
  /** Of each class; they sum to 1. */
  probabilities: Record<string, number> | null;
};

export type OpenModel = {
  /** Path of the ONNX file. */
  file: string;
  /** In the model's order; without labels.json `f1`, `f2`, ... Null when the model leaves their number open. */
  features: ModelFeature[] | null;
  /** Null when the model and labels.json leave them open. */
  classes: string[] | null;
  predict(values: FeatureValues): Promise<Prediction>;
  predictMany(rows: readonly FeatureValues[]): Promise<Prediction[]>;
  /** Gives the memory back. */
  close(): Promise<void>;
};

const BATCH_ROWS = 4_096;

/**
 * Opens the ONNX model of a folder: `model.onnx`, or the only .onnx file at its top, with names from
 * `labels.json` if that is there (see {@link readLabels}).
 *
 * A float output [N, C] is taken for probabilities when every row is >= 0 and sums to 1, else for scores that softmax
 * turns into probabilities; [N, 1] needs two classes in labels.json, is the probability of the second when within 0..1,
 * else its log-odds. An integer label is an index into the classes if labels.json names them.
 *
 * @throws MODEL_MISSING, MODEL_UNREADABLE, MODEL_FORM_UNSUPPORTED, MODEL_LABELS_INVALID; predicting throws
 *   FEATURES_MISMATCH, MODEL_RUN_FAILED
 */
export async function openModel(folder: string): Promise<OpenModel> {
  const { name: file, externalData } = await findModel(folder);
  const path = join(folder, file);
  const labels = await readLabels(join(folder, 'labels.json'));
  const [bytes, ort] = await Promise.all([readFile(path), import('onnxruntime-web')]);
  // One thread: its worker threads would outlive a short command, and rows of numbers are too little work to share.
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'fatal';
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    logSeverityLevel: 4,
    externalData: await Promise.all(
      externalData.map(async (name) => ({ path: name, data: await readFile(join(folder, name)) })),
    ),
  }).catch((error: unknown) => {
    throw new SaharaError('MODEL_UNREADABLE', { file: path, reason: reasonOf(error) }, { cause: error });
  });

  try {
    const input = inputForm(file, session.inputMetadata);
    const output = outputForm(file, session.outputMetadata);
    const features = nameFeatures(path, input, labels.features);
    const fetches = [output.label, output.scores].filter((name) => name !== null);

    const run = async (rows: number[][]): Promise<Prediction[]> => {
      const wanted = input.rows ?? rows.length;
      // A model for a fixed number of rows gets the last row repeated; what comes out for those is dropped.
      const fed = Array.from({ length: wanted }, (_, i) => rows[Math.min(i, rows.length - 1)] ?? []);
      const feeds = Object.fromEntries(
        input.names.map((name, i) => {
          const columns = input.names.length === 1 ? fed : fed.map((row) => [row[i] ?? Number.NaN]);
          const width = columns[0]?.length ?? 0;
          const dims = input.rank === 1 ? [width] : [wanted, width];
          const data = typed(input.types[i] ?? 'float32', columns.flat());
          return [name, new ort.Tensor(data.type, data.values, dims) as Tensor];
        }),
      );
      const results = await session.run(feeds, fetches, { logSeverityLevel: 4 }).catch((error: unknown) => {
        throw new SaharaError('MODEL_RUN_FAILED', { file: path, reason: reasonOf(error) }, { cause: error });
      });
      const read = (name: string | null) => (name === null ? null : (results[name] ?? null));
      return predictionsOf(
        path,
        rows.length,
        wanted,
        read(output.label),
        read(output.scores),
        labels.classes,
      );
    };

    const predictMany = async (rows: readonly FeatureValues[]): Promise<Prediction[]> => {
      const numbers = rows.map((row) => featureRow(row, features, input));
      const odd = numbers.find((row) => row.length !== numbers[0]?.length);
      if (odd) {
        const reason = `rows of ${numbers[0]?.length} and of ${odd.length} values cannot be predicted together`;
        throw new SaharaError('FEATURES_MISMATCH', { reason, wanted: ['rows of one length'] });
      }
      const predictions: Prediction[] = [];
      const step = input.rows ?? BATCH_ROWS;
      for (let at = 0; at < numbers.length; at += step) {
        predictions.push(...(await run(numbers.slice(at, at + step))));
      }
      return predictions;
    };

    return {
      file: path,
      features,
      classes: labels.classes,
      predictMany,
      async predict(values) {
        const [prediction] = await predictMany([values]);
        if (!prediction) throw new Error('one row in, no prediction out');
        return prediction;
      },
      close: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Opens a model, predicts the rows and closes it again. Throws what {@link openModel} does. */
export async function classify(modelFolder: string, rows: readonly FeatureValues[]): Promise<Prediction[]> {
  const model = await openModel(modelFolder);
  try {
    return await model.predictMany(rows);
  } finally {
    await model.close();
  }
}

async function findModel(folder: string): Promise<{ name: string; externalData: string[] }> {
  const missing = (reason: string) => new SaharaError('MODEL_MISSING', { folder, reason });
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw missing(
      error.code === 'ENOENT' ? 'the folder does not exist' : `it cannot be read (${error.code})`,
    );
  });
  const models = names.filter((name) => name.toLowerCase().endsWith('.onnx')).sort();
  const name = models.includes('model.onnx') ? 'model.onnx' : models[0];
  if (name === undefined) throw missing('it holds no .onnx file');
  if (name !== 'model.onnx' && models.length > 1) {
    throw missing(`it holds several (${models.slice(0, 5).join(', ')}) and none is called model.onnx`);
  }
  // PyTorch's exporter puts the weights into such a file, however small they are.
  return { name, externalData: names.filter((other) => /\.(onnx[._]data|data)$/.test(other)) };
}

function nameFeatures(path: string, input: InputForm, named: ModelFeature[] | null): ModelFeature[] | null {
  if (named && input.width !== null && named.length !== input.width) {
    throw new SaharaError('MODEL_LABELS_INVALID', {
      file: join(path, '..', 'labels.json'),
      reason: `it names ${named.length} features, and the model takes ${input.width}`,
    });
  }
  if (input.names.length > 1) {
    // The values of each input are found by its name, so the names in labels.json may only add units and ranges.
    return input.names.map((name) => named?.find((feature) => feature.name === name) ?? { name });
  }
  if (named || input.width === null) return named;
  return Array.from({ length: input.width }, (_, i) => ({ name: `f${i + 1}` }));
}

function typed(type: InputForm['types'][number], values: number[]) {
  switch (type) {
    case 'float32':
      return { type, values: Float32Array.from(values) } as const;
    case 'float64':
      return { type, values: Float64Array.from(values) } as const;
    case 'int32':
      return { type, values: Int32Array.from(values) } as const;
    case 'int64':
      return { type, values: BigInt64Array.from(values.map(BigInt)) } as const;
  }
}

function predictionsOf(
  file: string,
  count: number,
  rows: number,
  label: Tensor | null,
  scores: Tensor | null,
  classes: string[] | null,
): Prediction[] {
  const width = scores ? scores.data.length / rows : 0;
  const unsupported = (found: string, wanted: string) =>
    new SaharaError('MODEL_FORM_UNSUPPORTED', { file, part: 'output', found, wanted });
  if (!Number.isInteger(width) || (label && label.data.length !== rows)) {
    throw unsupported(
      'not one answer for each row',
      'a tensor of labels [N], or of probabilities or scores [N, classes]',
    );
  }
  if (scores && width === 1 && classes?.length !== 2) {
    if (!label)
      throw unsupported(
        'one number for each row',
        'one for each class, or labels.json must name two classes',
      );
    scores = null;
  }
  if (scores && classes && width > 1 && classes.length !== width) {
    throw new SaharaError('MODEL_LABELS_INVALID', {
      file: join(file, '..', 'labels.json'),
      reason: `it names ${classes.length} classes, and the model gives ${width} numbers for each row`,
    });
  }
  const values = scores ? Array.from(scores.data as ArrayLike<number>, Number) : [];
  return Array.from({ length: count }, (_, row) => {
    const probabilities = scores ? toProbabilities(values.slice(row * width, (row + 1) * width)) : null;
    if (probabilities?.some((p) => !Number.isFinite(p))) {
      throw new SaharaError('MODEL_RUN_FAILED', {
        file,
        reason: 'it answered with numbers that are not finite.',
      });
    }
    const names = classes ?? probabilities?.map((_p, i) => String(i)) ?? null;
    const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    const given = label ? nameOf(label.data[row] as string | bigint | number, classes) : null;
    const chosen = given ?? names?.[best] ?? String(best);
    // Labels that are words, beside probabilities of classes that nobody named: the label is the most probable one.
    const probability = probabilities?.[names?.indexOf(chosen) ?? -1] ?? probabilities?.[best] ?? null;
    return {
      label: chosen,
      probability,
      probabilities:
        probabilities && names
          ? Object.fromEntries(names.map((name, i) => [name, probabilities[i] ?? 0]))
          : null,
    };
  });
}

function nameOf(label: string | bigint | number, classes: string[] | null): string {
  return typeof label === 'string' ? label : (classes?.[Number(label)] ?? String(label));
}

function toProbabilities(values: number[]): number[] {
  const [only] = values;
  if (values.length === 1 && only !== undefined) {
    const p = only >= 0 && only <= 1 ? only : 1 / (1 + Math.exp(-only));
    return [1 - p, p];
  }
  const sum = values.reduce((a, b) => a + b, 0);
  if (values.every((v) => v >= 0) && Math.abs(sum - 1) < 1e-3) return values;
  const top = Math.max(...values);
  const powers = values.map((v) => Math.exp(v - top));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / total);
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const reason = text
    .replace(/^.*ERROR_MESSAGE: /s, '')
    .split('\n', 3)
    .join(' ')
    .trim();
  return reason.endsWith('.') ? reason : `${reason}.`;
}

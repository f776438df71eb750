import type { InferenceSession } from 'onnxruntime-web';
import { SaharaError } from '../base/errors.ts';

type Metadata = readonly InferenceSession.ValueMetadata[];
type NumberType = 'float32' | 'float64' | 'int32' | 'int64';

/** How rows of numbers are fed to a model. */
export type InputForm = {
  /** One name: all columns together; several: one column each, in this order. */
  names: string[];
  types: NumberType[];
  /** Dimensions of each input: `[rows, columns]` or, in a model for one row, `[columns]`. */
  rank: 1 | 2;
  /** Columns altogether; null when the model leaves it open. */
  width: number | null;
  /** Rows in one run; null when the model takes any number. */
  rows: number | null;
};

/** Where a model's answer is found: at least one of the two. */
export type OutputForm = { label: string | null; scores: string | null };

/** Columns, or rows in one run, that a model may demand. */
const LARGEST = 65_536;
const NUMBER_TYPES: readonly string[] = ['float32', 'float64', 'int32', 'int64'] satisfies NumberType[];

/** @throws MODEL_FORM_UNSUPPORTED when rows of numbers cannot be fed to these inputs */
export function inputForm(file: string, inputs: Metadata): InputForm {
  const wrong = (found: string) =>
    new SaharaError('MODEL_FORM_UNSUPPORTED', {
      file,
      part: 'input',
      found,
      wanted: 'one tensor of numbers [N, F], or one [N, 1] for each column',
    });
  if (inputs.length === 0) throw wrong('missing');
  const types: NumberType[] = [];
  const ranks = new Set<number>();
  const rowCounts = new Set<number | null>();
  const widths: (number | null)[] = [];
  for (const input of inputs) {
    if (!input.isTensor || !NUMBER_TYPES.includes(input.type)) throw wrong(describe(input));
    if (input.shape.length !== 1 && input.shape.length !== 2) throw wrong(describe(input));
    types.push(input.type as NumberType);
    ranks.add(input.shape.length);
    rowCounts.add(input.shape.length === 2 ? size(input.shape[0]) : 1);
    widths.push(size(input.shape.at(-1)));
  }
  const names = inputs.map((input) => input.name);
  const several = inputs.length > 1;
  // Such a size would have us fill memory with what nobody gave us.
  const large = inputs.find(
    (_input, i) => (widths[i] ?? 0) > LARGEST || [...rowCounts].some((n) => (n ?? 0) > LARGEST),
  );
  if (large) throw wrong(describe(large));
  if (several && (ranks.size > 1 || rowCounts.size > 1 || widths.some((width) => width !== 1))) {
    throw wrong(inputs.map(describe).join(' and '));
  }
  return {
    names,
    types,
    rank: ranks.has(1) ? 1 : 2,
    width: several ? inputs.length : (widths[0] ?? null),
    rows: [...rowCounts][0] ?? null,
  };
}

/** @throws MODEL_FORM_UNSUPPORTED when no output is a class or a number for each class */
export function outputForm(file: string, outputs: Metadata): OutputForm {
  const tensors = outputs.flatMap((output) => (output.isTensor ? [output] : []));
  const labels = tensors.filter((output) => ['string', 'int64', 'int32'].includes(output.type));
  const scores = tensors.filter((output) => ['float32', 'float64'].includes(output.type));
  const label = labels.find((output) => /label|class/i.test(output.name)) ?? labels[0];
  const score =
    scores.find((output) => /prob/i.test(output.name)) ??
    scores.find((output) => /score|logit/i.test(output.name)) ??
    scores[0];
  if (!label && !score) {
    throw new SaharaError('MODEL_FORM_UNSUPPORTED', {
      file,
      part: 'output',
      found: outputs.map(describe).join(' and ') || 'missing',
      wanted: 'a tensor of labels [N], or of probabilities or scores [N, classes]',
    });
  }
  return { label: label?.name ?? null, scores: score?.name ?? null };
}

function size(dimension: number | string | undefined): number | null {
  // The runtime reports a dimension that is open and has no name as 2^32 - 1.
  return typeof dimension === 'number' && dimension > 0 && dimension < 2 ** 31 ? dimension : null;
}

function describe(value: Metadata[number]): string {
  return value.isTensor
    ? `"${value.name}", ${value.type} [${value.shape.join(', ')}]`
    : `"${value.name}", which is no tensor`;
}

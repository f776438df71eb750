import { readFile } from 'node:fs/promises';
import { SaharaError } from '../base/errors.ts';

/** One column of numbers that a model takes. */
export type ModelFeature = {
  name: string;
  /** e.g. `mm`; only for people. */
  unit?: string;
  /** Smallest and largest value the model was trained on. */
  range?: [number, number];
};

/** What labels.json beside a model says. Either part may be missing. */
export type Labels = { classes: string[] | null; features: ModelFeature[] | null };

/**
 * Reads labels.json: `{"classes": ["a", "b"], "features": [{"name": "width", "unit": "mm"}]}`. A plain list is
 * taken for the classes, a feature may be just its name, other members are left alone, no file means no names.
 *
 * @throws MODEL_LABELS_INVALID
 */
export async function readLabels(path: string): Promise<Labels> {
  const invalid = (reason: string) => new SaharaError('MODEL_LABELS_INVALID', { file: path, reason });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { classes: null, features: null };
    throw invalid(`it cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw invalid(`it is not JSON (${(error as Error).message})`);
  }
  if (Array.isArray(value)) return { classes: classNames(value, invalid), features: null };
  if (typeof value !== 'object' || value === null) throw invalid('it is neither an object nor a list');
  const { classes, features } = value as { classes?: unknown; features?: unknown };
  return {
    classes: classes === undefined ? null : classNames(classes, invalid),
    features: features === undefined ? null : featureList(features, invalid),
  };
}

function classNames(value: unknown, invalid: (reason: string) => Error): string[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('classes must be a list of names');
  const names = value.map((name: unknown) => {
    if (typeof name === 'string' && name !== '') return name;
    if (typeof name === 'number') return String(name);
    throw invalid('every class must be a name');
  });
  distinct(names, 'class', invalid);
  return names;
}

function featureList(value: unknown, invalid: (reason: string) => Error): ModelFeature[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('features must be a list');
  const features = value.map((entry: unknown): ModelFeature => {
    const { name, unit, range } = (typeof entry === 'string' ? { name: entry } : (entry ?? {})) as {
      [K in keyof ModelFeature]?: unknown;
    };
    if (typeof name !== 'string' || name === '') throw invalid('every feature needs a name');
    return {
      name,
      ...(typeof unit === 'string' && unit !== '' ? { unit } : {}),
      ...(isRange(range) ? { range } : {}),
    };
  });
  distinct(
    features.map((feature) => feature.name),
    'feature',
    invalid,
  );
  return features;
}

function isRange(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((end) => Number.isFinite(end));
}

function distinct(names: string[], what: string, invalid: (reason: string) => Error): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`the ${what} "${twice}" is named twice`);
}

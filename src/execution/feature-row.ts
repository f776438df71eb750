import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { ModelFeature } from './labels.ts';
import type { InputForm } from './onnx-form.ts';

/**
 * One row in the model's order.
 *
 * @throws FEATURES_MISMATCH, naming what is missing, unknown, not finite or does not fit the input's type
 */
export function featureRow(
  values: readonly number[] | Readonly<Record<string, number>>,
  features: ModelFeature[] | null,
  input: InputForm,
): number[] {
  const wanted = features?.map((f) => (f.unit ? `${f.name} (${f.unit})` : f.name)) ?? ['a list of numbers'];
  const mismatch = (reason: string) => new SaharaError('FEATURES_MISMATCH', { reason, wanted });
  let row: number[];
  if (isList(values)) {
    if (features && values.length !== features.length) {
      throw mismatch(`${values.length} given where ${features.length} are needed`);
    }
    row = [...values];
  } else {
    if (!features) throw mismatch('the model does not name its features, so they cannot be given by name');
    const names = features.map((f) => f.name);
    const unknown = Object.keys(values).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      const near = suggest(unknown, names);
      throw mismatch(`"${unknown}" is not one of its features${near ? `, did you mean "${near}"?` : ''}`);
    }
    const missing = names.filter((name) => !Object.hasOwn(values, name));
    if (missing.length > 0)
      throw mismatch(`${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing`);
    row = names.map((name) => values[name] ?? Number.NaN);
  }
  if (row.length === 0) throw mismatch('none are given');
  for (const [i, value] of row.entries()) {
    const name = features?.[i]?.name ?? `value ${i + 1}`;
    if (!Number.isFinite(value)) throw mismatch(`${name} is not a finite number`);
    const type = input.types[input.names.length === 1 ? 0 : i];
    if ((type === 'int32' || type === 'int64') && !Number.isSafeInteger(value)) {
      throw mismatch(`${name} must be a whole number`);
    }
  }
  return row;
}

function isList(values: readonly number[] | Readonly<Record<string, number>>): values is readonly number[] {
  return Array.isArray(values);
}

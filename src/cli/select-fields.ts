import { oneLine } from './ui/text.ts';

/** Data as JSON holds it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * The wanted fields of the data, in the order in which they were asked for. A path goes through lists: `versions.id`
 * of one asset is the list of all its version ids. Of a list of things, each is cut down by itself.
 *
 * @param data plain JSON
 * @param paths dotted, e.g. `asset.id`
 */
export function selectFields(data: Json, paths: readonly string[]): Json {
  if (Array.isArray(data)) return data.map((item) => selectFields(item, paths));
  return Object.fromEntries(paths.map((path) => [path, valueAt(data, path.split('.'))]));
}

function valueAt(data: Json, [key, ...rest]: string[]): Json {
  if (key === undefined) return data;
  if (Array.isArray(data)) return data.map((item) => valueAt(item, [key, ...rest]));
  if (typeof data !== 'object' || data === null) return null;
  return Object.hasOwn(data, key) ? valueAt(data[key] ?? null, rest) : null;
}

/** Selected fields as lines for `read` and `cut`: a thing on a line, tabs between values, lists joined by commas. */
export function fieldLines(selected: Json): string {
  const things = Array.isArray(selected) ? selected : [selected];
  return things
    .map((thing) =>
      Object.values(thing as { [key: string]: Json })
        .map(cell)
        .join('\t'),
    )
    .join('\n');
}

function cell(value: Json): string {
  if (value === null) return '';
  if (Array.isArray(value) && value.every((v) => typeof v !== 'object')) return value.map(cell).join(',');
  return oneLine(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

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

function valueAt(data: Json, keys: string[]): Json {
  if (keys.length === 0) return data;
  if (Array.isArray(data)) return data.map((item) => valueAt(item, keys));
  if (typeof data !== 'object' || data === null) return null;
  // A key may itself hold dots, as the names of settings do.
  for (let n = 1; n <= keys.length; n++) {
    const key = keys.slice(0, n).join('.');
    if (Object.hasOwn(data, key)) return valueAt(data[key] ?? null, keys.slice(n));
  }
  return null;
}

/**
 * The wanted fields as lines for `read` and `cut`: a thing on a line, tabs between values. Where fields lead into one
 * list of the thing (`earnings.account,earnings.amount`), each item of that list is a line, and what stands outside of
 * it is repeated; other lists are joined by commas.
 */
export function fieldLines(data: Json, paths: readonly string[]): string {
  const things = Array.isArray(data) ? data : [data];
  const rows = things.flatMap((thing) => itemsOf(thing, paths));
  return rows.map((row) => row.map(cell).join('\t')).join('\n');
}

function itemsOf(thing: Json, paths: readonly string[]): Json[][] {
  const list = commonList(thing, paths);
  const row = (from: Json) => paths.map((path) => valueAt(from, path.split('.')));
  if (list === undefined) return [row(thing)];
  const items = valueAt(thing, list);
  if (!Array.isArray(items)) return [row(thing)];
  const inside = `${list.join('.')}.`;
  const outer = row(thing);
  return items.map((item) =>
    paths.map((path, i) =>
      path.startsWith(inside) ? valueAt(item, path.slice(inside.length).split('.')) : (outer[i] ?? null),
    ),
  );
}

/** The one list of the thing that fields lead into; undefined where there is none, or there are several. */
function commonList(thing: Json, paths: readonly string[]): string[] | undefined {
  const lists = new Set<string>();
  for (const path of paths) {
    const keys = path.split('.');
    for (let n = 1; n < keys.length; n++)
      if (Array.isArray(valueAt(thing, keys.slice(0, n)))) {
        lists.add(keys.slice(0, n).join('.'));
        break;
      }
  }
  const [only] = lists;
  return lists.size === 1 ? only?.split('.') : undefined;
}

function cell(value: Json): string {
  if (value === null) return '';
  if (Array.isArray(value) && value.every((v) => typeof v !== 'object')) return value.map(cell).join(',');
  return oneLine(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

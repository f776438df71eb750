// test/counts.json: how much every part did when it was last committed. A part that does less fails, so that tests
// cannot vanish unnoticed (a broken glob, a runner that sees no file, a suite that skips itself).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = (root) => join(root, 'test', 'counts.json');

export function readCounts(root) {
  return existsSync(file(root)) ? JSON.parse(readFileSync(file(root), 'utf8')) : {};
}

/** Why `count` is not enough, as a sentence; undefined when it is. */
export function shortfall(minimum, { name, count, unit }) {
  if (count === 0) return `${name} did nothing: 0 ${unit}`;
  if (minimum === undefined)
    return `${name} has no committed minimum; set it with: npm test -- --update-counts`;
  if (count < minimum) return `${name} ran ${count} ${unit}, committed minimum ${minimum} (test/counts.json)`;
  return undefined;
}

/** The counts with every part raised to what it did. They are lowered by hand only, where a review sees it. */
export function raised(counts, results) {
  const next = { ...counts };
  for (const { name, count } of results) next[name] = Math.max(next[name] ?? 0, count);
  return Object.fromEntries(Object.entries(next).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function writeCounts(root, counts) {
  writeFileSync(file(root), `${JSON.stringify(counts, null, 2)}\n`);
}

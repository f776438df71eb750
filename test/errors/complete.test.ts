import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../e2e/support.ts';

const tables = readdirSync(join(ROOT, 'src/base/errors-table')).map((file) => file.replace(/\.ts$/, ''));

test.for(tables)('each error of the table "%s" is provoked, as the type of its test demands', (table) => {
  const [, rows] =
    /export const (\w+) = /.exec(readFileSync(join(ROOT, 'src/base/errors-table', `${table}.ts`), 'utf8')) ??
    [];
  expect(rows).toMatch(/Errors$/);
  const provoking = readFileSync(join(import.meta.dirname, `${table}.test.ts`), 'utf8');
  expect(provoking).toContain(`provokeEach(world, ${rows}, {`);
  expect(provoking).toContain(`} satisfies Record<keyof typeof ${rows}, Provocation>);`);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SETTINGS } from './schema.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');

test('the table of docs/configuration.md has every setting as it is, in order, and no other', () => {
  const rows = document
    .slice(document.indexOf('## Every setting'), document.indexOf('## As a program'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const wanted = SETTINGS.map(({ path, check, initial, env, about }) => [
    `\`${path}\``,
    check.form,
    initial === null ? '' : `\`${initial}\``,
    `\`${env}\``,
    about,
  ]);
  expect(rows).toEqual(wanted);
});

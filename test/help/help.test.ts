import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isTopic, readCatalog, visibleCommands } from '../../src/cli/help/catalog.ts';
import { GROUPS, RELATED } from '../../src/cli/help/groups.ts';
import { helpOn } from '../../src/cli/help/help-data.ts';
import { renderHelp } from '../../src/cli/help/render.ts';

const root = join(import.meta.dirname, '../..');
const catalog = readCatalog(root);
const names = visibleCommands(catalog).map(([name]) => name);
const topics = [...new Set(names.map((n) => n.split(' ')[0] ?? ''))].filter((word) => isTopic(catalog, word));

/** Each page of help by the words that are asked for; none for everything. */
const PAGES: string[][] = [[], ['global'], ...topics.map((t) => [t]), ...names.map((n) => n.split(' '))];
const fileOf = (words: string[]) => `${words.join('-') || 'root'}.txt`;
const rendered = (words: string[], width: number) =>
  renderHelp(helpOn(catalog, words), { width, heading: (text) => text });

test('every page of help is committed, and no other: read the new ones before you commit them', () => {
  expect(readdirSync(join(import.meta.dirname, 'pages')).sort()).toEqual(PAGES.map(fileOf).sort());
});

describe('help, as it is read', () => {
  test.for(PAGES.map((words) => [words.join(' ') || 'everything', words] as const))(
    '%s',
    async ([, words]) => {
      await expect(rendered(words, 80)).toMatchFileSnapshot(join('pages', fileOf(words)));
    },
  );
});

describe('fits the screen', () => {
  const longestWord = (text: string) => Math.max(...text.split(/\s+/).map((w) => w.length));
  test.for([40, 50, 80, 120, 200])('%d columns', (width) => {
    // An address or a quoted question is not broken, as it has to be copied in one piece.
    for (const words of PAGES)
      for (const line of rendered(words, width).split('\n'))
        if (line.length > width)
          expect(line, words.join(' ')).toMatch(/^ +(--?[a-z-]+ )?("[^"]+"|\S+)( \\)?$|^ +eval /);
    expect(longestWord(rendered([], width))).toBeLessThan(width);
  });
});

describe('every command', () => {
  test('is in one group of the first page', () => {
    const grouped = GROUPS.flatMap((g) => g.words);
    expect(new Set(grouped).size).toBe(grouped.length);
    for (const name of names) expect(grouped, name).toContain(name.split(' ')[0]);
    expect(rendered([], 80)).not.toMatch(/^MORE$/m);
  });

  test('has related ones, which exist', () => {
    for (const name of names) {
      expect(RELATED[name]?.length, name).toBeGreaterThan(0);
      const { seeAlso } = helpOn(catalog, name.split(' ')) as { seeAlso: { command: string }[] };
      expect(seeAlso.length, name).toBeGreaterThan(0);
    }
  });

  test('has a topic that says what it is about', () => {
    for (const topic of topics) expect(catalog.topics[topic], topic).toMatch(/^[A-Z].*\.$/);
  });

  test('says what it does in a line that fits beside its name', () => {
    for (const [name, { summary = '', examples = [], description }] of visibleCommands(catalog)) {
      expect(summary.length, `summary of ${name}`).toBeLessThanOrEqual(68);
      expect(examples.length, name).toBeGreaterThan(0);
      if (description) expect(description, name).toMatch(/[.`]$/);
    }
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../base/yaml.ts';
import { checkManifest, MANIFEST_FIELDS } from './manifest.ts';
import { manifestSchema } from './manifest-schema.ts';

const validate = new Ajv({ allowUnionTypes: true }).compile(manifestSchema());
const parses = (raw: unknown): boolean => {
  try {
    checkManifest(raw, 'sahara.yaml');
    return true;
  } catch {
    return false;
  }
};

/** Manifests that say everything there is to say, in every way. */
const VALID: Record<string, unknown>[] = [
  { kind: 'dataset', name: 'x' },
  {
    kind: 'dataset',
    name: 'penguins',
    description: 'Palmer penguins.',
    content: 'data',
    card: 'data/README.md',
    terms: ['open-use', { preset: 'commercial-remix', price: 3, royalty: '12.5 %', period: '30d' }],
    contributors: { share: '40%', file: 'contributors.csv' },
  },
  {
    kind: 'model',
    name: 'penguin-classifier',
    content: 'model/out',
    terms: [
      { rights: 'access, train+agent-use', text: 'CC-BY-4.0', price: '2.5 SAHARA', shareAlike: true },
      { rights: ['ACCESS', 'compute_only'], text: 'MIT', attribution: false, transferable: false, price: 0 },
      { preset: 'non-commercial', royalty: '100%' },
    ],
    relations: [
      { type: 'TRAINED_ON', asset: 'curator/penguins@2' },
      { type: 'EVALUATED_ON', asset: 7 },
    ],
    build: { run: 'train.ts' },
  },
  {
    kind: 'agent',
    name: 'penguin-guide',
    description: null,
    terms: null,
    relations: null,
    contributors: null,
    build: null,
    agent: { run: 'content/agent.ts' },
  },
  { kind: 'model', name: 'y', content: './a/b/', agent: null },
];

/** What is wrong and an editor can show, each as a change to a valid manifest. */
const WRONG: [string, Record<string, unknown>][] = [
  ['an unknown field', { contributers: {} }],
  ['an unknown kind', { kind: 'datset' }],
  ['a name in capitals', { name: 'Bad' }],
  ['a long name', { name: 'a'.repeat(27) }],
  ['a long description', { description: 'x'.repeat(1001) }],
  ['a path up and out', { content: '../x' }],
  ['an absolute path', { content: '/etc' }],
  ['a path of another system', { content: 'C:\\x' }],
  ['an empty card', { card: null }],
  ['an unknown preset', { terms: ['open-uss'] }],
  ['an unknown field of terms', { terms: [{ preset: 'open-use', royality: '5%' }] }],
  ['terms without rights', { terms: [{ text: 'MIT' }] }],
  ['no right at all', { terms: [{ rights: [], text: 'MIT' }] }],
  ['an unknown right', { terms: [{ rights: ['ACESS'], text: 'MIT' }] }],
  ['a royalty without %', { terms: [{ preset: 'open-use', royalty: 5 }] }],
  ['a royalty of 140%', { terms: [{ preset: 'open-use', royalty: '140%' }] }],
  ['a negative price', { terms: [{ preset: 'open-use', price: -1 }] }],
  ['a period without a unit', { terms: [{ preset: 'open-use', period: 30 }] }],
  ['a flag in words', { terms: [{ preset: 'open-use', shareAlike: 'yes' }] }],
  ['nine terms', { terms: Array(9).fill('open-use') }],
  ['a relation without its asset', { relations: [{ type: 'USES' }] }],
  ['a relation in small letters', { relations: [{ type: 'uses', asset: 'x' }] }],
  ['a share of nothing', { contributors: { share: '0%', file: 'c.csv' } }],
  ['contributors without a file', { contributors: { share: '10%' } }],
  ['a build that runs nothing', { build: {} }],
  ['an agent in a dataset', { agent: { run: 'content/a.ts' } }],
];

describe('the schema of sahara.yaml and its parser', () => {
  test('know the same fields', () => {
    expect(Object.keys(manifestSchema()['properties'] as object).sort()).toEqual([...MANIFEST_FIELDS].sort());
  });

  test.for(VALID.map((m) => [m['name'] as string, m] as const))('both take %s', ([, manifest]) => {
    expect(parses(manifest)).toBe(true);
    expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true);
  });

  test.for(WRONG)('both refuse %s', ([, change]) => {
    const manifest = { kind: 'dataset', name: 'x', ...change };
    expect({ parser: parses(manifest), schema: validate(manifest) }).toEqual({
      parser: false,
      schema: false,
    });
  });

  test('both take the templates', () => {
    const templates = join(import.meta.dirname, '../../templates');
    const files = readdirSync(templates, { recursive: true }) as string[];
    const manifests = files.filter((f) => f.endsWith('sahara.yaml'));
    expect(manifests.length).toBeGreaterThan(2);
    for (const file of manifests) {
      const text = readFileSync(join(templates, file), 'utf8').replaceAll(/\{\{\w+\}\}|__\w+__/g, 'x');
      const manifest: unknown = parseYaml(text);
      expect(parses(manifest), file).toBe(true);
      expect(validate(manifest), `${file} ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });

  test('what the parser takes is never red in an editor', () => {
    const odd = fc.oneof(
      fc.constantFrom(
        null,
        true,
        0,
        -1,
        1.5,
        1e21,
        '',
        ' ',
        '.',
        '..',
        'a/../b',
        'a/..',
        '100.0%',
        '0.00%',
        ' 07.5 %',
      ),
      fc.constantFrom(
        'open-use',
        'ACCESS',
        'access,run',
        'content/x',
        '1d',
        '0d',
        '3 sahara',
        [],
        {},
        ['RUN'],
        'dataset',
      ),
      fc.string({ maxLength: 12 }),
      fc.double({ min: 0, max: 100, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...VALID), fc.nat(1000), odd, (manifest, at, value) => {
        const changed = structuredClone(manifest);
        const places = placesOf(changed);
        places[at % places.length]?.(value);
        return !parses(changed) || validate(changed);
      }),
      { numRuns: 3000 },
    );
  });
});

/** A setter for every place in a value. */
function placesOf(value: unknown): ((v: unknown) => void)[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [
    (v: unknown) => {
      holder[key] = v;
    },
    ...placesOf(holder[key]),
  ]);
}

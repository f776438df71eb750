import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { hasField, type JsonSchema, listFields } from './schema-fields.ts';
import { readSchema, schemaNames } from './schema-files.ts';
import { type Json, selectFields } from './select-fields.ts';
import { checkedFields } from './wanted-fields.ts';

const root = join(import.meta.dirname, '../..');

/** A document whose commands hold all that ours can: lists, references, alternatives, free keys, something in itself. */
const DOCUMENT: JsonSchema = {
  definitions: {
    Data: { type: 'array', items: { $ref: '#/definitions/Asset' } },
    Asset: {
      type: 'object',
      properties: {
        id: { type: 'string', pattern: '^-?[0-9]+$', description: 'Its number.' },
        label: { anyOf: [{ type: 'string', enum: ['a', 'b'] }, { type: 'null' }], description: 'Its name.' },
        counts: { type: 'object', additionalProperties: { type: 'number' } },
        parents: { type: 'array', items: { $ref: '#/definitions/Asset' } },
        place: {
          anyOf: [
            { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
            { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
          ],
        },
        free: {},
      },
      required: ['id', 'counts', 'parents', 'place', 'free'],
    },
  },
};

describe('the fields of a schema', () => {
  test('are listed with their types, through lists, references and alternatives, each once', () => {
    expect(listFields(DOCUMENT).map((f) => `${f.path} ${f.type}`)).toEqual([
      'id digits',
      'label string|null?',
      'counts object',
      'counts.* number',
      'parents object[]',
      'place object',
      'place.path string?',
      'place.url string?',
      'free any',
    ]);
    expect(
      listFields(DOCUMENT)
        .map((f) => f.description)
        .slice(0, 3),
    ).toEqual(['Its number.', 'Its name. One of a, b.', '']);
  });

  test.for(['id', 'counts.any', 'counts.with.dots', 'parents.parents.id', 'place.url', 'free.what.ever'])(
    '%s can be asked for',
    (path) => expect(hasField(DOCUMENT, path)).toBe(true),
  );

  test.for(['', 'ids', 'id.x', 'place.x', 'parents.x', 'place.path.x'])('%j cannot', (path) =>
    expect(hasField(DOCUMENT, path)).toBe(false),
  );

  test('are found where a key holds dots', () => {
    const data: Json = { origins: { 'devnet.rpcPort': 'default' }, config: { devnet: { rpcPort: 1 } } };
    expect(selectFields(data, ['origins.devnet.rpcPort', 'config.devnet.rpcPort'])).toEqual({
      'origins.devnet.rpcPort': 'default',
      'config.devnet.rpcPort': 1,
    });
  });
});

describe('--fields', () => {
  test('takes what the schema of the command knows, once each', () => {
    expect(checkedFields('asset list', ' id, name,id ')).toEqual(['id', 'name']);
    expect(checkedFields('publish', 'version.ref,terms.id')).toEqual(['version.ref', 'terms.id']);
  });

  test.for<[string, string, RegExp]>([
    ['asset list', 'nam', /asset list has no field "nam"; did you mean "name"/],
    ['asset show', 'versions.ref', /did you mean "version\.ref"/],
    ['asset show', 'ref', /did you mean "version\.ref"/],
    ['account balance', 'colour', /there are account, address, native, wrapped\./],
    ['revenue show', 'colour', /there are books, earnings, conservation and more\./],
  ])('of %s refuses %s', ([command, field, says]) => {
    expect(() => checkedFields(command, field)).toThrow(says);
    expect(() => checkedFields(command, field)).toThrow(expect.objectContaining({ id: 'FIELD_UNKNOWN' }));
  });

  test('has to name a field', () => {
    expect(() => checkedFields('asset list', ' , ')).toThrow(/names no field/);
  });
});

describe('what is shipped', () => {
  test('is a schema for every command that has --json, and for no other', () => {
    const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, { flags: Record<string, unknown> }>;
    };
    const answering = Object.entries(commands).filter(([, { flags }]) => 'json' in flags);
    const others = ['config', 'error', 'events', 'manifest'];
    expect(schemaNames()).toEqual([...answering.map(([id]) => id.replaceAll(':', ' ')), ...others].sort());
  });

  test('says in which unit every number and amount is', () => {
    const names = schemaNames().filter((name) => !['error', 'events', 'manifest'].includes(name));
    const mute = names.flatMap((name) =>
      listFields(readSchema(name).schema)
        .filter((f) => /digits|number/.test(f.type) && !f.path.includes('*') && f.description === '')
        .map(({ path }) => `${name}: ${path}`),
    );
    expect(mute, 'numbers whose type needs a comment that says the unit').toEqual([]);
  });

  test('is valid and complete in itself', () => {
    for (const name of schemaNames()) {
      const ajv = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
      expect(() => ajv.compile(readSchema(name).schema), name).not.toThrow();
    }
  });

  test('is found by the nearest name', () => {
    expect(() => readSchema('aset show')).toThrow(/did you mean "asset show"/);
    expect(() => readSchema('asset')).toThrow(
      /there are asset deprecate, asset get, .*asset list, asset revoke, asset show/,
    );
    expect(() => readSchema('../package')).toThrow(expect.objectContaining({ id: 'SCHEMA_UNKNOWN' }));
  });
});

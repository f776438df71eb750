import { expect, test } from 'vitest';
import { fieldsAfter } from './stable-fields.mjs';

const documents = (properties) =>
  new Map([
    [
      'asset.show.schema.json',
      { definitions: { Data: { type: 'object', properties, required: ['id', 'name'] } } },
    ],
    ['config.schema.json', { properties: { account: {} } }],
  ]);
const now = documents({ id: { type: 'number' }, name: { type: 'string' } });

test('new fields are promised from then on; what is no result of a command is not', () => {
  expect(fieldsAfter(now, { 'asset show': { id: 'number' } })).toEqual({
    fields: { 'asset show': { id: 'number', name: 'string' } },
    broken: [],
  });
});

test('a field that is gone, renamed or of another type breaks the promise, and so does a command that is gone', () => {
  const promised = {
    'asset list': { id: 'number' },
    'asset show': { id: 'digits', label: 'string', name: 'string' },
  };
  const { fields, broken } = fieldsAfter(now, promised);
  expect(broken).toEqual([
    'sahara asset list is gone, and with it the fields of its result.',
    'sahara asset show: the field id was digits and is number.',
    'sahara asset show: the field label is gone.',
  ]);
  // The promise stands until somebody takes it back by hand.
  expect(fields).toEqual(promised);
});

test('a field that may be missing now is another one than before', () => {
  const optional = new Map(now);
  optional.get('asset.show.schema.json').definitions.Data.required = ['id'];
  const { broken } = fieldsAfter(optional, { 'asset show': { name: 'string' } });
  expect(broken).toEqual(['sahara asset show: the field name was string and is string?.']);
});

import { expect, test } from 'vitest';
import { parseAssetRef } from './asset-ref.ts';

test.for<[string, ReturnType<typeof parseAssetRef>]>([
  ['3', { publisher: undefined, name: '3', version: undefined }],
  ['#3@2', { publisher: undefined, name: '3', version: 2 }],
  [' penguins ', { publisher: undefined, name: 'penguins', version: undefined }],
  ['curator/penguins@12', { publisher: 'curator', name: 'penguins', version: 12 }],
])('"%s" names an asset', ([ref, read]) => {
  expect(parseAssetRef(ref)).toEqual(read);
});

test.for(['', 'bad name', 'a/b/c', 'penguins@', 'penguins@x', '/penguins', 'a: b', 'x'.repeat(27), 'a\nb'])(
  '"%s" does not',
  (ref) => {
    expect(() => parseAssetRef(ref)).toThrow(/does not name an asset/);
  },
);

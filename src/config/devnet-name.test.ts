import { describe, expect, test } from 'vitest';
import { assertDevnetName } from './devnet-name.ts';
import { flatten } from './schema.ts';

describe('the name of a devnet is a folder’s name and nothing else', () => {
  test.for(['default', 'a', 'ci-2', `x${'-'.repeat(31)}`])('%s is one', async (name) => {
    await assertDevnetName(name);
    expect(flatten({ devnet: { name } }, 'test').get('devnet.name')).toBe(name);
  });

  test.for(['', '../up', '.', 'Two', '2nd', '-a', 'a b', 'a/b', 'a\nb', 'é', 'x'.repeat(33)])(
    '%j is none',
    async (name) => {
      await expect(assertDevnetName(name)).rejects.toMatchObject({ code: 'SAH-2010' });
      expect(() => flatten({ devnet: { name } }, 'test')).toThrow(/devnet\.name/);
    },
  );
});

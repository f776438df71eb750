import { describe, test } from 'vitest';
import { lifeOfAnAsset } from './life.ts';
import { createWorld } from './support.ts';

const binary = process.env['KUBO_BINARY'];

if (binary) lifeOfAnAsset(await createWorld('life-kubo'), 'kubo', { KUBO_BINARY: binary });
else
  describe('the life of an asset with Kubo', () => {
    test.skip('left out: set KUBO_BINARY to the ipfs program to run it', () => {});
  });

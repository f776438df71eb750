import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidV1, DAG_PB, RAW, sha256 } from './cid.ts';
import { cidOf, cidText, keyOf, nodeKey, rawKey } from './key.ts';

describe('keys', () => {
  it('are the addresses that CID objects give, as bytes and as text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const raw = cidV1(RAW, sha256(bytes));
        const node = cidV1(DAG_PB, sha256(bytes));
        const leafKey = rawKey(Buffer.from(sha256(bytes)).toString('latin1'));
        expect(cidText(leafKey)).toBe(raw.toString());
        expect(cidText(nodeKey(bytes))).toBe(node.toString());
        expect(cidOf(leafKey).equals(raw)).toBe(true);
        expect(keyOf(node.toString())).toBe(nodeKey(bytes));
      }),
    );
  });
});

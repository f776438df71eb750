import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineage, open } from './model-fixtures.test-helper.ts';
import { previewPayment } from './preview.ts';

describe('previewPayment', () => {
  it('follows one payment as worked out by hand', () => {
    const preview = previewPayment(
      [
        { version: 7, asset: 2, owner: 'trainer', parents: [{ version: 3, royaltyBps: 2_000 }] },
        {
          version: 3,
          asset: 1,
          owner: 'curator',
          contributors: {
            bps: 5_000,
            of: [
              { account: 'ana', weight: 2n },
              { account: 'ben', weight: 1n },
            ],
          },
        },
      ],
      { version: 7, amount: 1_000_001n, feeBps: 250 },
    );
    // 975,001 wei: 97 quanta move, of which 194,000 wei go to the parent: 19 quanta and 4,000 wei.
    expect(preview).toEqual({
      fee: 25_000n,
      credited: 975_001n,
      earnings: [
        { account: 'curator', role: 'owner', asset: 1, version: 3, slot: 1, earned: 95_000n },
        { account: 'ana', role: 'contributor', asset: 1, version: 3, slot: 0, earned: 63_333n },
        { account: 'ben', role: 'contributor', asset: 1, version: 3, slot: 1, earned: 31_666n },
        { account: 'trainer', role: 'owner', asset: 2, version: 7, slot: 1, earned: 776_000n },
      ],
      waiting: 5_001n + 4_000n,
      undivided: 1n,
    });
  });

  it('accounts for every wei, and differs from what a payment changes in books in use by remainders only', () => {
    fc.assert(
      fc.property(
        lineage,
        fc.bigInt({ min: 1n, max: 10n ** 20n }),
        fc.nat(),
        fc.integer({ min: 0, max: 1_000 }),
        (drawn, amount, to, feeBps) => {
          const versions = drawn.map((v) => ({
            ...v,
            parents: (v.parents ?? []).map(({ ceiling: _, ...p }) => p),
          }));
          const version = 1 + (to % versions.length);
          const preview = previewPayment(versions.map((v) => ({ ...v, owner: `o${v.asset}` })).reverse(), {
            version,
            amount,
            feeBps,
          });
          const earned = preview.earnings.reduce((sum, e) => sum + e.earned, 0n);
          expect(preview.fee + earned + preview.waiting + preview.undivided).toBe(amount);
          expect(preview.waiting < 10_000n * 2n * BigInt(versions.length)).toBe(true);

          const used = open(versions, feeBps);
          for (const v of versions) used.payVersion(v.version, 12_345n);
          used.settleAll();
          const before = used.accounts();
          used.payVersion(version, amount);
          used.settleAll();
          const after = used.accounts();
          const expected = new Map<string, bigint>();
          for (const e of preview.earnings)
            expected.set(e.account, (expected.get(e.account) ?? 0n) + e.earned);
          const most = 10_000n * 2n * BigInt(versions.length);
          for (const [account, { earned: total }] of after) {
            const difference = total - (before.get(account)?.earned ?? 0n) - (expected.get(account) ?? 0n);
            expect(difference > -most && difference < most).toBe(true);
          }
        },
      ),
    );
  });

  it('refuses what the vault would refuse', () => {
    const of = [
      { version: 1, asset: 1, owner: 'a' },
      { version: 2, asset: 2, owner: 'b', parents: [{ version: 1, royaltyBps: 1, ceiling: 10n ** 9n }] },
    ];
    const preview = (amount: bigint) => () => previewPayment(of, { version: 2, amount, feeBps: 0 });
    expect(preview(10n ** 9n)()).toMatchObject({ fee: 0n, waiting: 0n });
    expect(preview(10n ** 9n + 1n)).toThrow(expect.objectContaining({ id: 'REVENUE_CEILING_REACHED' }));
    expect(preview(0n)).toThrow(expect.objectContaining({ id: 'REVENUE_AMOUNT_INVALID' }));
  });
});

import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BPS, MAX_FEE_BPS, MAX_OBLIGATIONS, MAX_PARENTS, QUANTUM } from './model.ts';
import { anything, chains, diamonds, fans, type Lineage, steps } from './model-fixtures.test-helper.ts';
import { createHistory, drawnVersion, wildVersions } from './model-history.test-helper.ts';
import { type PlayedVault, playVault } from './played-vault.test-helper.ts';

const GENESIS = fileURLToPath(new URL('../../devnet/genesis/genesis.json', import.meta.url));
/** Some dozens of histories in `npm test`, thousands in `npm run test:deep`. */
const NUM_RUNS = fc.readConfigureGlobal().numRuns ?? 24;

/** What is done while the versions are made, what is tried then, and how everything is settled in the end. */
const happening = fc.record({
  todo: steps,
  wild: wildVersions,
  last: fc.array(
    fc.record({
      fill: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, fc.constant(true)),
      to: fc.nat(),
      order: fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
    }),
    { minLength: 2, maxLength: 2 },
  ),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** A busy machine takes long; deep runs take minutes. */
const TIMEOUT = 60_000 + NUM_RUNS * 500;
const refused = new Set<string>();
let vault: PlayedVault;
beforeAll(async () => {
  vault = await playVault(GENESIS);
});
afterAll(() => vault[Symbol.asyncDispose]());

describe('the model and the vault', () => {
  it.each<[string, fc.Arbitrary<Lineage>, number]>([
    ['lineages of every kind', anything, NUM_RUNS],
    ['diamonds upon diamonds', diamonds, Math.ceil(NUM_RUNS / 6)],
    ['long lines of descent', chains, Math.ceil(NUM_RUNS / 8)],
    ['children of 64 parents', fans, Math.ceil(NUM_RUNS / 20) + 2],
  ])('agree to the wei about %s, whatever happens', { timeout: TIMEOUT }, async (_, lineage, numRuns) => {
    let claims = 0;
    let answers = 0;
    const play = async (versions: Lineage, { todo, wild, last }: Happening) => {
      const history = createHistory(vault);
      for (const [i, version] of versions.entries()) {
        history.open(version);
        const from = Math.floor((i * todo.length) / versions.length);
        for (const step of todo.slice(from, Math.floor(((i + 1) * todo.length) / versions.length)))
          history.take(step);
      }
      for (const drawn of wild) history.open(drawnVersion(drawn, history.versions()));
      history.expectSame();
      history.brim();
      for (const { fill, to, order } of last) {
        if (fill) history.fill(to);
        history.payAll(12_345_678n);
        history.settleEverything(order);
        history.claimEverything();
        history.expectSame();
      }
      answers += await history.play();
      claims += history.claims();
      for (const { errorName } of history.refusals()) refused.add(errorName);
    };
    await fc.assert(fc.asyncProperty(lineage, happening, play), {
      numRuns,
      seed: 20_260,
      endOnFailure: true, // shrinking takes minutes; the message says which call it was
    });
    expect(claims, 'claims that paid something').toBeGreaterThan(numRuns);
    expect(answers, 'answers compared').toBeGreaterThan(numRuns * 200);
  });

  it.each([
    ['QUANTUM', QUANTUM],
    ['BPS', BPS],
    ['MAX_FEE_BPS', MAX_FEE_BPS],
    ['MAX_PARENTS', MAX_PARENTS],
    ['MAX_OBLIGATIONS', MAX_OBLIGATIONS],
  ])('have the same %s', async (name, value) => {
    const script = vault.begin();
    script.expect(name, [], value);
    expect(await script.play()).toBe(1);
  });

  it('have met every refusal on the way', () => {
    expect([...refused].sort()).toEqual([
      'CeilingReached',
      'PaidInLimit',
      'RoyaltiesTooHigh',
      'TooManyObligations',
    ]);
  });
});

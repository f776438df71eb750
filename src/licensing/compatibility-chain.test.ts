import fc from 'fast-check';
import { decodeFunctionResult, encodeDeployData, encodeFunctionData, type Hex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CompiledContract, compileSources } from '../../devnet/contracts/compile.ts';
import { startAnvil, type ThrowawayAnvil } from '../../devnet/genesis/throwaway-anvil.ts';
import { family, type Parent } from './compatibility.test-helper.ts';
import { asks, breaches, CLAUSES, type Clause, dutiesFromWord, join, NO_DUTIES } from './compatibility.ts';
import { RELATIONS } from './rights.ts';
import { type Terms, toChainTerms } from './terms.ts';

/** As many families as this are compared, so many in one call. */
const CASES = process.env['SAHARA_DEPTH'] === 'deep' ? 20_000 : 1_000;
const IN_ONE_CALL = 100;

type Answer = { breaches: readonly bigint[]; together: bigint; conflictAt: bigint; conflict: number };

let anvil: ThrowawayAnvil;
let probe: CompiledContract;
let address: Hex;
beforeAll(async () => {
  probe = compileSources({ CompatibilityProbe: 'test/utils/CompatibilityProbe.sol' }).CompatibilityProbe;
  anvil = await startAnvil(['--hardfork', 'osaka']);
  const [from] = (await anvil.rpc('eth_accounts')) as Hex[];
  const data = encodeDeployData({ abi: probe.abi, bytecode: probe.bytecode });
  const hash = await anvil.rpc('eth_sendTransaction', [{ from, data }]);
  type Receipt = { contractAddress: Hex } | null;
  let receipt: Receipt = null;
  // A busy anvil may have taken it and not made its block yet.
  while (receipt === null) receipt = (await anvil.rpc('eth_getTransactionReceipt', [hash])) as Receipt;
  address = receipt.contractAddress;
}, 60_000);
afterAll(() => anvil[Symbol.asyncDispose]());

async function ask<T>(functionName: string, args: unknown[]): Promise<T> {
  const data = encodeFunctionData({ abi: probe.abi, functionName, args });
  const result = (await anvil.rpc('eth_call', [{ to: address, data }, 'latest'])) as Hex;
  return decodeFunctionResult({ abi: probe.abi, functionName, data: result }) as T;
}

const toParent = ({ terms, relation }: Parent) => ({
  terms: toChainTerms(terms),
  relation: RELATIONS[relation].id,
});
const toBits = (clauses: readonly Clause[]) =>
  clauses.reduce((bits, clause) => bits | (1n << BigInt(CLAUSES.indexOf(clause) + 1)), 0n);

/** The TypeScript side's answer, in the chain's form. */
function expected(parents: readonly Parent[], child: Terms): Answer {
  let sum = NO_DUTIES;
  let [conflictAt, conflict] = [0, 0];
  for (const [i, { terms, relation }] of parents.entries()) {
    const joined = join(sum, asks(terms, relation));
    sum = joined.duties;
    if (joined.conflict && conflictAt === 0)
      [conflictAt, conflict] = [i + 1, CLAUSES.indexOf(joined.conflict) + 1];
  }
  return {
    breaches: parents.map((p) => toBits(breaches(asks(p.terms, p.relation), child))),
    // Where classes collide the joined words mean nothing, and nobody asks.
    together: conflictAt === 0 ? toBits(breaches(sum, child)) : -1n,
    conflictAt: BigInt(conflictAt),
    conflict,
  };
}

test('COM-9: the chain and TypeScript give the same answer to everything', { timeout: 240_000 }, async () => {
  const families = fc.sample(family, { numRuns: CASES, seed: 4 });
  const seen = { allowed: 0, refused: 0, inConflict: 0 };
  const clauses = new Map<Clause, number>();
  for (let i = 0; i < families.length; i += IN_ONE_CALL) {
    const some = families.slice(i, i + IN_ONE_CALL);
    const cases = some.map(({ parents, child }) => ({
      parents: parents.map(toParent),
      child: toChainTerms(child),
    }));
    const answers = await ask<Answer[]>('answers', [cases]);
    for (const [at, { parents, child }] of some.entries()) {
      const ours = expected(parents, child);
      const theirs = answers[at];
      if (ours.together === -1n && theirs) theirs.together = -1n;
      expect(
        theirs,
        JSON.stringify({ parents, child }, (_, v) => (typeof v === 'bigint' ? `${v}` : v)),
      ).toEqual(ours);
      if (ours.conflictAt !== 0n) seen.inConflict++;
      else if (ours.together === 0n) seen.allowed++;
      else seen.refused++;
      for (const clause of CLAUSES)
        if (ours.breaches.some((bits) => (bits & toBits([clause])) !== 0n))
          clauses.set(clause, (clauses.get(clause) ?? 0) + 1);
    }
  }
  // Enough of each, or the comparison says little.
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(CASES / 20);
  for (const clause of CLAUSES) expect(clauses.get(clause) ?? 0, clause).toBeGreaterThan(CASES / 20);
});

test('COM-9: duties are read from the chain’s word as they are worked out here', {
  timeout: 60_000,
}, async () => {
  const parents = fc.sample(family, { numRuns: 60, seed: 9 }).flatMap((f) => f.parents);
  for (const { terms, relation } of parents) {
    const word = await ask<bigint>('duties_', [toChainTerms(terms), RELATIONS[relation].id]);
    expect(dutiesFromWord(word)).toEqual(asks(terms, relation));
  }
});

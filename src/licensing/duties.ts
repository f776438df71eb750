import { SaharaError } from '../base/errors.ts';
import { type AssetRecord, type Chain, pastEvents, read, readAsset, uniqueRef } from '../chain/index.ts';
import { CLAUSES, type Duties, dutiesFromWord } from './compatibility.ts';
import { compare, type Ground, type Problem } from './compatibility-answer.ts';
import { fromChainTerms, type Terms } from './terms.ts';

/** What all that an asset rests on asks of the terms that it is offered under. */
export async function dutiesOf(chain: Chain, assetId: bigint): Promise<Duties> {
  return dutiesFromWord(await read(chain, 'LicenseRegistry', 'dutiesOf', [assetId]));
}

/** The same by the parents that brought each duty; parents that asked nothing new are left out. */
export async function restsOn(chain: Chain, assetId: bigint): Promise<Ground[]> {
  const word = await read(chain, 'LicenseRegistry', 'dutiesOf', [assetId]);
  if (word === 0n) return [];
  const joined = await pastEvents(chain, 'LicenseRegistry', 'DutiesJoined', { assetId });
  let before = 0n;
  const grounds: Ground[] = [];
  for (const { parentAsset, termsId, duties } of joined as {
    parentAsset: bigint;
    termsId: number;
    duties: bigint;
  }[]) {
    grounds.push({
      parent: uniqueRef(await readAsset(chain, parentAsset)),
      terms: termsId === 0 ? null : await termsById(chain, termsId),
      relation: null,
      duties: dutiesFromWord(duties & ~before),
    });
    before = duties;
  }
  // A dry run's transactions have no past to ask for.
  const rest = dutiesFromWord(word & ~before);
  if (word !== before)
    grounds.push({ parent: 'what it rests on', terms: null, relation: null, duties: rest });
  return grounds;
}

async function termsById(chain: Chain, id: number): Promise<Terms & { id: number }> {
  return { id, ...fromChainTerms(await read(chain, 'LicenseRegistry', 'terms', [id])) };
}

/** @throws TERMS_INCOMPATIBLE where what the asset rests on does not allow to offer it so */
export async function assertCompatible(chain: Chain, asset: AssetRecord, terms: Terms): Promise<void> {
  refuse(asset.name, compare(await restsOn(chain, asset.id), terms));
}

/**
 * What the chain is going to check when an asset's next version is registered: that what it rests on can be had
 * together, and that all terms that it is or will be offered under do what is asked.
 *
 * @param existing null for an asset that is not registered yet
 * @throws TERMS_INCOMPATIBLE
 */
export async function assertMayRestOn(
  chain: Chain,
  name: string,
  existing: AssetRecord | null,
  grounds: readonly Ground[],
  offers: readonly Terms[],
): Promise<void> {
  const earlier = existing ? await restsOn(chain, existing.id) : [];
  const all = [...earlier, ...grounds];
  refuse(name, compare(all, null));
  for (const terms of offers) refuse(name, compare(all, terms));
}

function refuse(asset: string, answer: ReturnType<typeof compare>): void {
  if (!answer.allowed) throw new SaharaError('TERMS_INCOMPATIBLE', { asset, problems: answer.problems });
}

/** The chain's own refusal in the words of {@link compare}: another transaction came first. */
export function incompatible(
  error: SaharaError<'TRANSACTION_REVERTED'>,
  asset: string,
): SaharaError<'TERMS_INCOMPATIBLE'> {
  const [parent = '0', terms = '0', clause = '1'] = (error.params as { args: readonly string[] }).args;
  const named = CLAUSES[Number(clause) - 1] ?? 'COMMERCIAL';
  const whose = parent === '0' ? 'what it rests on' : `asset ${parent}`;
  const problem: Problem = {
    parent: parent === '0' ? 'what it rests on' : parent,
    terms: terms === '0' ? null : Number(terms),
    clause: named,
    says: `${whose}${terms === '0' ? '' : ` (terms ${terms})`} asks for what the terms do not do (${named})`,
    fix: `change what the terms say about ${named}`,
  };
  return new SaharaError('TERMS_INCOMPATIBLE', { asset, problems: [problem] }, { cause: error });
}

import { DEV_ACCOUNTS } from '../../config/dev-accounts.ts';
import { type Candidate, isHarmless } from './candidate.ts';
import type { DevnetAsset } from './devnet-assets.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,30}$/;
const MAX_VERSIONS = 50;

/**
 * How assets can be called, by what has been typed: by name where only one has it, by publisher where two do or where
 * somebody begins with one, by id where somebody begins with a digit, and by version after an "@". A name that the
 * command line would not take is never offered: its asset is, by its id.
 */
export function assetReferences(
  assets: readonly DevnetAsset[],
  typed: string,
  versions: boolean,
): Candidate[] {
  const at = typed.indexOf('@');
  const wanted = at === -1 ? typed : typed.slice(0, at);
  const byId = /^\d/.test(wanted);
  const count = new Map<string, number>();
  for (const { name } of assets) count.set(name, (count.get(name) ?? 0) + 1);

  const called = assets.flatMap((asset): { value: string; asset: DevnetAsset }[] => {
    const publisher = publisherOf(asset);
    const id = { value: asset.id, asset };
    if (!NAME.test(asset.name) || /^\d+$/.test(asset.name)) return [id];
    const long = publisher ? [{ value: `${publisher}/${asset.name}`, asset }] : [id];
    const short = count.get(asset.name) === 1 ? [{ value: asset.name, asset }] : long;
    if (byId) return [id, ...short];
    return wanted === '' || short === long ? short : [...short, ...long];
  });
  const matching = called.filter(({ value }) => isHarmless(value) && value.startsWith(wanted));
  if (at === -1) return matching.map(({ value, asset }) => ({ value, about: about(asset) }));
  if (!versions) return [];
  return matching
    .filter(({ value }) => value === wanted)
    .flatMap(({ value, asset }) =>
      Array.from({ length: Math.min(asset.versions, MAX_VERSIONS) }, (_, i) => ({
        value: `${value}@${asset.versions - i}`,
        about: i === 0 ? 'the current version' : '',
      })),
    );
}

function about({ kind, name, state, versions, ...asset }: DevnetAsset): string {
  const what = NAME.test(name) ? kind : `${kind} "${name}"`;
  const by = publisherOf(asset) ?? `${asset.publisher.slice(0, 10)}…`;
  return `${what} by ${by}${versions > 1 ? `, ${versions} versions` : ''}${state === 'active' ? '' : `, ${state}`}`;
}

function publisherOf({ publisher }: Pick<DevnetAsset, 'publisher'>): string | undefined {
  return DEV_ACCOUNTS.find((a) => a.address.toLowerCase() === publisher.toLowerCase())?.name;
}

import { SaharaError } from '../base/errors.ts';

/** What a reference to an asset says, before it is looked up. */
export type AssetRef = { publisher: string | undefined; name: string; version: number | undefined };

const FORM = /^#?(?:([^/@\s]+)\/)?([a-z0-9-]{1,26})(?:@(\d{1,9}))?$/i;

/**
 * Reads an id ("3"), "name" or "publisher/name", each with an optional "@2" for a version. Looks nothing up.
 *
 * @throws ASSET_REF_INVALID
 */
export function parseAssetRef(ref: string): AssetRef {
  const match = FORM.exec(ref.trim());
  if (!match) throw new SaharaError('ASSET_REF_INVALID', { ref });
  const [, publisher, name = '', number] = match;
  return { publisher, name, version: number === undefined ? undefined : Number(number) };
}

import { createHash } from 'node:crypto';
import { SaharaError } from '../../base/errors.ts';
import { genesisDigest } from '../durability/plan.ts';
import { CHAIN_ID } from '../supervisor/anvil.ts';
import { isLocalPath } from './local-state.ts';
import { FORMAT, type SnapshotManifest } from './types.ts';

export const CHAIN_FILE = 'chain-state.json';
export const PINS_FILE = 'pins.json';
export const MANIFEST_FILE = 'manifest.json';

/** Of a manifest's own text: a bit that flipped in it is damage as well. */
const digestOf = (said: unknown): string => createHash('sha256').update(JSON.stringify(said)).digest('hex');

export function manifestText(manifest: SnapshotManifest): string {
  return `${JSON.stringify({ ...manifest, sha256: digestOf(manifest) }, null, 2)}\n`;
}

/**
 * A manifest of which every word has been looked at.
 *
 * @throws SNAPSHOT_DAMAGED when it is not what was written, or names a file that a snapshot cannot have
 * @throws SNAPSHOT_FOREIGN when it is of another version
 */
export function parseManifest(text: string, name: string): SnapshotManifest {
  const damaged = (reason: string) => new SaharaError('SNAPSHOT_DAMAGED', { name, reason });
  let said: SnapshotManifest & { sha256?: unknown };
  try {
    said = JSON.parse(text) as typeof said;
  } catch {
    throw damaged('its manifest is no JSON');
  }
  if (typeof said !== 'object' || said === null) throw damaged('its manifest is no object');
  const { sha256, ...manifest } = said;
  if (typeof manifest.format === 'number' && manifest.format !== FORMAT)
    throw new SaharaError('SNAPSHOT_FOREIGN', {
      name,
      what: 'the format',
      expected: String(FORMAT),
      found: String(manifest.format),
    });
  if (sha256 !== digestOf(manifest)) throw damaged('its manifest is not what was written');
  const problem = problemOf(manifest);
  if (problem) throw damaged(problem);
  return manifest;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isHash = (value: unknown): boolean => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value);
const isDigest = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** The checksum tells damage, and this what somebody made up. */
function problemOf(manifest: SnapshotManifest): string | undefined {
  const { chain, content, counts, files } = manifest;
  const { head, mining } = chain ?? {};
  const isWhole =
    typeof manifest.name === 'string' &&
    /^[0-9a-f]{16}$/.test(String(manifest.id)) &&
    !Number.isNaN(Date.parse(String(manifest.createdAt))) &&
    isCount(chain?.id) &&
    isDigest(chain.genesisSha256) &&
    isHash(chain.genesisHash) &&
    (chain.firstBlock === null || isHash(chain.firstBlock)) &&
    isCount(head?.number) &&
    isHash(head.hash) &&
    isCount(head.time) &&
    typeof mining?.automine === 'boolean' &&
    (mining.intervalSeconds === null || isCount(mining.intervalSeconds)) &&
    ['embedded', 'kubo', 'external'].includes(content?.kind) &&
    (content.mark === null || typeof content.mark === 'string') &&
    isCount(counts?.assets) &&
    isCount(counts.pins) &&
    isCount(counts.localFiles) &&
    Array.isArray(files);
  if (!isWhole) return 'its manifest lacks something';
  const paths = new Set<string>();
  for (const file of files) {
    const { path, bytes, sha256 } = file ?? {};
    if (typeof path !== 'string' || !isCount(bytes) || !isDigest(sha256))
      return 'its manifest lists a file without saying which';
    const isKnown = path === CHAIN_FILE || path === PINS_FILE || isLocalPath(path);
    if (!isKnown) return `its manifest lists ${JSON.stringify(path)}, which no snapshot has`;
    if (paths.has(path)) return `its manifest lists ${path} twice`;
    paths.add(path);
  }
  return paths.has(CHAIN_FILE) && paths.has(PINS_FILE)
    ? undefined
    : 'its manifest lists no chain, or no pins';
}

/** That it is of this kind of chain, with the protocol of this toolkit on it. @throws SNAPSHOT_FOREIGN */
export function assertOurs({ name, chain }: SnapshotManifest): void {
  const compare = (what: string, expected: string, found: string) => {
    if (expected !== found) throw new SaharaError('SNAPSHOT_FOREIGN', { name, what, expected, found });
  };
  compare('the chain id', String(CHAIN_ID), String(chain.id));
  compare('the genesis', genesisDigest(), chain.genesisSha256);
}

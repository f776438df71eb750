import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, Hex } from '../../base/hex.ts';
import { atOneBlock, balanceOf, type Chain, openChain, read, readAssets } from '../../chain/index.ts';
import { headOver } from '../../chain/overview.ts';
import { accountLabel } from '../../config/index.ts';
import { digestOf } from '../durability/store.ts';
import type { LiveState } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import { CHAIN_ID, launchAnvil } from '../supervisor/anvil.ts';
import { snapshotFolder } from './folders.ts';
import { LOCAL, localFiles, partOf } from './local-state.ts';
import { CHAIN_FILE, PINS_FILE } from './manifest.ts';
import type { SnapshotManifest, SnapshotPin } from './types.ts';

export type AssetOf = {
  id: string;
  /** Publisher and name. */
  asset: string;
  kind: string;
  owner: string;
  versions: number;
  state: string;
};

/** All that two moments of a devnet are compared by. Amounts in wei. */
export type Economy = {
  head: { number: number; hash: Hex /** By the chain's clock, milliseconds since 1970. */; time: number };
  assets: AssetOf[];
  /** Native and wrapped together, by name. */
  balances: Map<string, bigint>;
  vault: { paidIn: bigint; claimed: bigint; fees: bigint };
  pins: Map<string, string>;
  /** SHA-256 by path. */
  local: Map<string, string>;
};

type Named = { name: string; address: Address };

/** The vault sums up so many versions per call. */
const PER_CALL = 1_000n;

async function onChain(chain: Chain, accounts: readonly Named[]): Promise<Omit<Economy, 'pins' | 'local'>> {
  const [head, assets, balances, vault] = await Promise.all([
    headOver(chain.rpc),
    readAssets(chain),
    Promise.all(
      accounts.map(async ({ name, address }): Promise<[string, bigint]> => {
        const { native, wrapped } = await balanceOf(chain, address);
        return [name, native + wrapped];
      }),
    ),
    atOneBlock(chain, (at) => vaultAt(chain, at)),
  ]);
  return {
    head,
    assets: assets.map(({ id, kind, name, publisher, owner, versionCount, state }) => ({
      id: `${id}`,
      asset: `${accountLabel(publisher)}/${name}`,
      kind,
      owner: accountLabel(owner),
      versions: versionCount,
      state,
    })),
    balances: new Map(balances),
    vault,
  };
}

async function vaultAt(chain: Chain, at: bigint): Promise<Economy['vault']> {
  const [[paidIn, fees], count] = await Promise.all([
    read(chain, 'RevenueVault', 'totals', [], at),
    read(chain, 'AssetRegistry', 'versionCount', [], at),
  ]);
  let claimed = 0n;
  for (let from = 1n; from <= BigInt(count); from += PER_CALL) {
    const to = from + PER_CALL - 1n;
    const sums = await read(
      chain,
      'RevenueVault',
      'sums',
      [from, to < BigInt(count) ? to : BigInt(count)],
      at,
    );
    claimed += sums[2];
  }
  return { paidIn, claimed, fees };
}

/** What a snapshot holds, read from its chain in an anvil of its own. */
export async function economyOfSnapshot(
  paths: DevnetPaths,
  manifest: SnapshotManifest,
  accounts: readonly Named[],
): Promise<Economy> {
  const folder = snapshotFolder(paths, manifest.name);
  const anvil = await launchAnvil(paths.logs.chain, 0, null, ['--load-state', join(folder, CHAIN_FILE)]);
  try {
    const chain = await openChain({ rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, instanceId: null });
    const pins = JSON.parse(readFileSync(join(folder, PINS_FILE), 'utf8')) as SnapshotPin[];
    const local = manifest.files.flatMap(({ path, sha256 }): [string, string][] =>
      path.startsWith(LOCAL) ? [[path.slice(LOCAL.length), sha256]] : [],
    );
    return { ...(await onChain(chain, accounts)), pins: pinned(pins), local: new Map(local) };
  } finally {
    await anvil.service.stop();
  }
}

/** What a running devnet holds now. */
export async function economyNow(
  stateDir: string,
  live: LiveState,
  accounts: readonly Named[],
): Promise<Economy> {
  const { rpcUrl, ipc, chainId, instanceId } = live.chain;
  const chain = await openChain({ rpcUrl, ipc, chainId, instanceId });
  const [{ openContent }, { readPins }] = await Promise.all([
    import('../../content/manage/access.ts'),
    import('./mark.ts'),
  ]);
  const content = openContent({ api: live.content.api });
  try {
    const [economy, pins, first] = await Promise.all([
      onChain(chain, accounts),
      readPins(content),
      chain.rpc({ method: 'eth_getBlockByNumber', params: ['0x1', false] }) as Promise<{ hash: Hex } | null>,
    ]);
    const about = { id: chainId, firstBlock: first?.hash ?? null };
    const local = localFiles(stateDir, about).map((path): [string, string] => [
      path,
      digestOf(join(stateDir, path)) ?? '',
    ]);
    return { ...economy, pins: pinned(pins), local: new Map(local) };
  } finally {
    content.close();
  }
}

const pinned = (pins: readonly SnapshotPin[]) => new Map(pins.map(({ cid, name }) => [cid, name]));

/** The part that a local file belongs to. */
export const kindOfLocal = (path: string): string => partOf(path)?.id ?? 'other';

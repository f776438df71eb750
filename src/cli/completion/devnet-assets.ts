import { ASSET_KINDS } from '../../base/asset-kinds.ts';
import { carryOverIpc } from '../../chain/carry-ipc.ts';
import { deployments } from '../../chain/generated/deployments.ts';
import type { Carrier } from '../../chain/json-rpc.ts';
import { liveDevnet } from '../../devnet/live.ts';
import { selectedDevnet } from './selected-devnet.ts';

/** What completion says of an asset. Names are as the chain gives them: not to be trusted. */
export type DevnetAsset = {
  id: string;
  kind: string;
  state: string;
  /** 0x and 40 hexadecimal digits. */
  publisher: string;
  versions: number;
  name: string;
};

/** The first four bytes of the hash of a signature; a test makes them again from the ABI. */
export const SELECTORS = { assetCount: '0xeafe7a74', asset: '0x5a56d8c3' } as const;

const STATES = ['active', 'deprecated', 'revoked'];
const AT_ONCE = 200;

/**
 * The assets of the project's running devnet, newest first, as many as can be read before the signal; none when there
 * is no devnet. Decoded by hand, as loading viem would take longer than everything else. Nothing is kept: reading
 * 100 assets takes about 5 ms and 1000 about 50 ms, and a cache could only be out of date.
 */
export async function devnetAssets(stateDir: string, signal: AbortSignal): Promise<DevnetAsset[]> {
  const live = liveDevnet(stateDir, await selectedDevnet(stateDir));
  const configured = process.env['SAHARA_RPC_URL'];
  if (!live || (configured && configured !== live.chain.rpcUrl)) return [];
  const carry = await (live.chain.ipc
    ? carryOverIpc(live.chain.ipc)
    : import('../../chain/carry-http.ts').then((m) => m.carryOverHttp(live.chain.rpcUrl)));
  return carry ? readAssets(carry, signal) : [];
}

export async function readAssets(carry: Carrier, signal: AbortSignal): Promise<DevnetAsset[]> {
  const found: DevnetAsset[] = [];
  const work = (async () => {
    const [answer] = await call(carry, [SELECTORS.assetCount]);
    const count = Number(answer ?? 0);
    if (!Number.isSafeInteger(count)) return;
    for (let newest = count; newest > 0 && !signal.aborted; newest -= AT_ONCE) {
      const ids = Array.from({ length: Math.min(AT_ONCE, newest) }, (_, i) => newest - i);
      const data = ids.map((id) => `${SELECTORS.asset}${id.toString(16).padStart(64, '0')}`);
      const answers = await call(carry, data);
      found.push(...answers.flatMap((hex, i) => decodeAsset(`${ids[i]}`, hex) ?? []));
    }
  })().catch(() => undefined);
  await Promise.race([work, aborted(signal)]);
  return found;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What the registry answers to each of these calls, in their order; undefined where it refuses. */
async function call(carry: Carrier, data: readonly string[]): Promise<(string | undefined)[]> {
  const body = data.map((input, i) => ({
    jsonrpc: '2.0',
    id: i + 1,
    method: 'eth_call',
    params: [{ to: deployments.assetRegistry, data: input }, 'latest'],
  }));
  const parsed: unknown = JSON.parse(await carry(JSON.stringify(body), 1, body.length));
  const byId = new Map((parsed as { id: number; result?: unknown }[]).map((a) => [a.id, a.result]));
  return body.map(({ id }) => {
    const result = byId.get(id);
    return typeof result === 'string' ? result : undefined;
  });
}

/**
 * `asset(uint64)` returns (uint8 kind, uint8 state, address owner, address publisher, uint32 versions,
 * uint64 currentVersion, uint40 createdBlock, string assetName), in words of 32 bytes (Solidity ABI specification).
 */
export function decodeAsset(id: string, answer: string | undefined): DevnetAsset | undefined {
  if (!answer || !/^0x([0-9a-f]{64}){9,}$/i.test(answer)) return undefined;
  const word = (i: number) => answer.slice(2 + i * 64, 2 + (i + 1) * 64);
  const number = (i: number) => Number(BigInt(`0x${word(i)}`));
  const [at, length] = [number(7) / 32, number(8)];
  if (at !== 8 || length > (answer.length - 2) / 2 - 9 * 32) return undefined;
  const name = Buffer.from(answer.slice(2 + 9 * 64, 2 + 9 * 64 + length * 2), 'hex').toString();
  return {
    id,
    kind: ASSET_KINDS[number(0) - 1] ?? 'asset',
    state: STATES[number(1)] ?? 'unknown',
    publisher: `0x${word(3).slice(24)}`,
    versions: number(4),
    name,
  };
}

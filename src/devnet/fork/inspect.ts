import { SaharaError } from '../../base/errors.ts';
import type { Hex } from '../../base/hex.ts';
import { deployments } from '../../chain/generated/deployments.ts';
import { hex } from '../durability/blocks.ts';
import { openOrigin } from './origin.ts';
import { parseOriginUrl } from './origin-url.ts';
import type { ForkRecord } from './record.ts';

type Block = { number: Hex; hash: Hex; timestamp: Hex };

/**
 * Looks at a network, and says with what a fork of it would begin.
 *
 * @param block its number; null for the newest
 * @throws FORK_URL_INVALID, FORK_ORIGIN_UNREACHABLE, FORK_ORIGIN_REFUSED, FORK_ORIGIN_BUSY, FORK_BLOCK_UNKNOWN, FORK_NO_STATE
 */
export async function inspectOrigin(text: string, block: number | null): Promise<ForkRecord> {
  const { url: secretUrl, shown: url } = parseOriginUrl(text);
  const origin = openOrigin(text);
  const ask = async <T>(method: string, params: unknown[]): Promise<T> => {
    const answer = await origin.ask(method, params);
    if ('result' in answer) return answer.result as T;
    throw new SaharaError('FORK_ORIGIN_UNREACHABLE', { url, reason: answer.error.message });
  };
  const chainId = Number(await ask<Hex>('eth_chainId', []));
  const newest = Number(await ask<Hex>('eth_blockNumber', []));
  const number = block ?? newest;
  if (number > newest) throw new SaharaError('FORK_BLOCK_UNKNOWN', { url, block: number, newest });
  const found = await ask<Block | null>('eth_getBlockByNumber', [hex(number), false]);
  if (!found) throw new SaharaError('FORK_BLOCK_UNKNOWN', { url, block: number, newest });
  const codes = await Promise.all(
    Object.values(deployments).map(async (address) => {
      const answer = await origin.ask('eth_getCode', [address, hex(number)]);
      if ('error' in answer)
        throw new SaharaError('FORK_NO_STATE', { url, block: number, reason: answer.error.message });
      return answer.result;
    }),
  );
  const time = Number(found.timestamp);
  return {
    format: 1,
    url,
    chainId,
    block: {
      number,
      hash: found.hash,
      time: new Date(time * 1000).toISOString().replace('.000Z', 'Z'),
    },
    protocol: codes.every((code) => code !== '0x') ? 'of the network' : 'put there',
    secretUrl,
    clockOffset: Math.min(0, time - Math.floor(Date.now() / 1000)),
  };
}

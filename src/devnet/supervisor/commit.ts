import type { Hex } from '../../base/hex.ts';
import type { ChainService } from './chain.ts';
import { jsonRpc } from './json-rpc.ts';

/** What a command wants to be durable. */
export type CommitRequest = {
  /** The anvil process on which it was done. */
  instanceId: Hex;
  /** The newest block that it saw one of its transactions in; null where it made none. */
  block: Hex | null;
};

/** `lost`: the chain has ended since, and was brought back without it. */
export type CommitAnswer = { durable: boolean; lost: boolean };

/** Answers when what a command did is on disk. @throws what the disk says */
export async function durableAnswer(chain: ChainService | undefined, body: string): Promise<CommitAnswer> {
  if (!chain) throw new Error('the chain is not there');
  const asked = body === '' ? null : (JSON.parse(body) as CommitRequest);
  await chain.commit();
  if (!asked || asked.instanceId === chain.instanceId) return { durable: true, lost: false };
  const found =
    asked.block && (await jsonRpc<unknown>(chain.rpcUrl, 'eth_getBlockByHash', [asked.block, false]));
  return { durable: Boolean(found), lost: !found };
}

import { SaharaError } from '../base/errors.ts';
import { originError } from './origin-words.ts';

export type RpcRequest = { method: string; params?: unknown };
export type JsonRpc = (request: RpcRequest) => Promise<unknown>;

/** Carries one JSON text there and one back. Rejects with a short reason when nobody answers. */
export type Carrier = (body: string, firstId: number, count: number) => Promise<string>;

/** An error that the node itself answered, with its code and data (JSON-RPC 2.0 section 5.1). */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  readonly data: unknown;
  constructor(message: string, code: number, data: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

type Pending = { request: RpcRequest; resolve: (value: unknown) => void; reject: (error: unknown) => void };

const MAX_BATCH = 200;

/**
 * JSON-RPC in which everything asked in the same turn of the event loop travels as one batch.
 *
 * @param url names the chain in errors
 * @throws CHAIN_UNREACHABLE when nobody answers
 */
export function createJsonRpc(url: string, carry: Carrier): JsonRpc {
  let queue: Pending[] = [];
  let nextId = 1;

  const flush = async () => {
    const batch = queue.slice(0, MAX_BATCH);
    queue = queue.slice(MAX_BATCH);
    if (queue.length > 0) setImmediate(flush);
    const first = nextId;
    nextId += batch.length;
    const body = batch.map(({ request }, i) => ({
      jsonrpc: '2.0',
      id: first + i,
      method: request.method,
      params: request.params ?? [],
    }));
    try {
      const parsed = JSON.parse(
        await carry(JSON.stringify(body.length === 1 ? body[0] : body), first, batch.length),
      ) as Answer | Answer[];
      const answers = new Map((Array.isArray(parsed) ? parsed : [parsed]).map((a) => [a.id, a]));
      batch.forEach((pending, i) => {
        const answer = answers.get(first + i);
        if (!answer)
          pending.reject(new SaharaError('CHAIN_UNREACHABLE', { url, reason: 'it left a call unanswered' }));
        else if (answer.error)
          pending.reject(
            originError(answer.error.message) ??
              new RpcError(answer.error.message, answer.error.code, answer.error.data),
          );
        else pending.resolve(answer.result);
      });
    } catch (error) {
      const failure = new SaharaError(
        'CHAIN_UNREACHABLE',
        { url, reason: (error as Error).message },
        { cause: error },
      );
      for (const { reject } of batch) reject(failure);
    }
  };

  return (request) =>
    new Promise((resolve, reject) => {
      queue.push({ request, resolve, reject });
      if (queue.length === 1) setImmediate(flush);
    });
}

type Answer = { id: number; result?: unknown; error?: { code: number; message: string; data?: unknown } };

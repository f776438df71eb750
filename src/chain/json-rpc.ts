import http from 'node:http';
import https from 'node:https';
import { SaharaError } from '../base/errors.ts';

export type RpcRequest = { method: string; params?: unknown };
export type JsonRpc = (request: RpcRequest) => Promise<unknown>;

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

const TIMEOUT_MS = 60_000;
const MAX_BATCH = 200;

/**
 * JSON-RPC over HTTP in which everything asked in the same turn of the event loop travels as one batch.
 * `node:http` and not `fetch`: loading fetch costs more than a whole light command.
 *
 * @throws CHAIN_UNREACHABLE when nobody answers
 */
export function createJsonRpc(url: string): JsonRpc {
  const secure = url.startsWith('https:');
  const agent = secure ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
  let queue: Pending[] = [];
  let nextId = 1;

  const flush = async () => {
    const batch = queue.splice(0, MAX_BATCH);
    if (queue.length > 0) setImmediate(flush);
    const first = nextId;
    nextId += batch.length;
    const body = batch.map(({ request }, i) => ({ jsonrpc: '2.0', id: first + i, method: request.method, params: request.params ?? [] }));
    try {
      const text = await post(JSON.stringify(body.length === 1 ? body[0] : body));
      const parsed = JSON.parse(text) as Answer | Answer[];
      const answers = new Map((Array.isArray(parsed) ? parsed : [parsed]).map((a) => [a.id, a]));
      batch.forEach((pending, i) => {
        const answer = answers.get(first + i);
        if (!answer) pending.reject(unreachable('it left a call unanswered'));
        else if (answer.error) pending.reject(new RpcError(answer.error.message, answer.error.code, answer.error.data));
        else pending.resolve(answer.result);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const unreachable = (reason: string, cause?: unknown) => new SaharaError('CHAIN_UNREACHABLE', { url, reason }, { cause });

  const post = (body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const call = (secure ? https : http).request(
        url,
        { method: 'POST', agent, timeout: TIMEOUT_MS, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (c: Buffer) => chunks.push(c));
          response.on('error', (e) => reject(unreachable(e.message, e)));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200 && /^\s*[[{]/.test(text)) resolve(text);
            else reject(unreachable(`it answered HTTP ${response.statusCode}, which is not JSON-RPC`));
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
      call.on('error', (e) => reject(unreachable((e as NodeJS.ErrnoException).code ?? e.message, e)));
      call.end(body);
    });

  return (request) =>
    new Promise((resolve, reject) => {
      queue.push({ request, resolve, reject });
      if (queue.length === 1) setImmediate(flush);
    });
}

type Answer = { id: number; result?: unknown; error?: { code: number; message: string; data?: unknown } };

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuseRpc } from '../../content/node/guard.ts';
import { answers } from '../answers.ts';
import type { LiveState } from '../live-state.ts';
import { jsonRpc } from './json-rpc.ts';

/** What `GET /ready` answers: 200 when both are true, else 503. */
export type Ready = {
  /** The chain answers, and is the one that this devnet started. */
  chain: boolean;
  /** The content node answers. */
  content: boolean;
};

/** One who asks whether we are ready waits no longer than this for each service. Milliseconds. */
const PATIENCE_MS = 1000;

/**
 * Serves the one URL by which any tool can tell whether a devnet can be worked with: it asks the services themselves.
 * It tells nothing else, listens on loopback only, and turns away pages in browsers as the content node does.
 *
 * @param now what runs; undefined when it is about to end
 * @returns the URL, on a port that was free
 */
export async function serveReady(
  now: () => Pick<LiveState, 'chain' | 'content'> | undefined,
): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(`${JSON.stringify(body)}\n`);
    const refusal = refuseRpc(request);
    if (refusal) return answer(403, { message: refusal });
    if (request.url !== '/ready') return answer(404, { message: 'there is only /ready' });
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, { message: 'GET only' });
    const ready = await readinessOf(now());
    return answer(ready.chain && ready.content ? 200 : 503, ready);
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen({ port: 0, host: '127.0.0.1' }, resolve),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ready`, server };
}

async function readinessOf(live: Pick<LiveState, 'chain' | 'content'> | undefined): Promise<Ready> {
  if (!live) return { chain: false, content: false };
  const [chain, content] = await Promise.all([
    jsonRpc<{ instanceId: string }>(live.chain.rpcUrl, 'anvil_metadata', [], PATIENCE_MS).then(
      ({ instanceId }) => instanceId === live.chain.instanceId,
      () => false,
    ),
    answers(new URL('/api/v0/version', live.content.api).href, { method: 'POST', timeoutMs: PATIENCE_MS }),
  ]);
  return { chain, content };
}

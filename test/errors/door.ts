import { createServer } from 'node:http';
import { type Door, openOnLoopback } from '../e2e/loopback.ts';

type Call = { id: number; method: string; params: unknown[] };
type Answer = { result: unknown } | { error: { code: number; message: string } };

/** A door in front of a chain's JSON-RPC. What `instead` answers is the answer; all else is passed on. */
export async function openDoor(
  target: string,
  instead: (call: Call) => Answer | undefined | Promise<Answer | undefined>,
): Promise<Door> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Call | Call[];
    const answers = await Promise.all([asked].flat().map(answer));
    outgoing.setHeader('content-type', 'application/json');
    outgoing.end(JSON.stringify(Array.isArray(asked) ? answers : answers[0]));
  });
  async function answer(call: Call): Promise<unknown> {
    const own = await instead(call);
    if (own) return { jsonrpc: '2.0', id: call.id, ...own };
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
    });
    return response.json();
  }
  return openOnLoopback(server);
}

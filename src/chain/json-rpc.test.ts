import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { carryOverIpc } from './carry-ipc.ts';
import { createJsonRpc, type JsonRpc, RpcError } from './json-rpc.ts';

const dir = mkdtempSync(join(tmpdir(), 'sahara-rpc-'));
const open: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(() => {
  for (const { server, sockets } of open.splice(0)) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
});

type Call = { id: number; method: string; params: unknown[] };

/** A node on a socket that answers as it is told: what a real one does only under load. */
async function node(
  answer: (asked: Call | Call[], say: (text: string) => void, socket: Socket) => void,
): Promise<JsonRpc> {
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\sahara-${Math.random()}` : join(dir, `${Math.random()}.ipc`);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) answer(JSON.parse(line), (out) => socket.write(out), socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  open.push({ server, sockets });
  const carry = await carryOverIpc(path);
  if (!carry) throw new Error('nobody listens');
  return createJsonRpc('http://named.in.errors', carry);
}

const echo = (call: Call) => ({ jsonrpc: '2.0', id: call.id, result: call.params[0] });
const turn = () => new Promise((r) => setTimeout(r, 5));

describe('JSON-RPC over a socket', () => {
  test('what is asked in one turn travels as one batch, and each gets its own answer', async () => {
    const seen: number[] = [];
    const rpc = await node((asked, say) => {
      const calls = Array.isArray(asked) ? asked : [asked];
      seen.push(calls.length);
      // A batch may be answered in any order (JSON-RPC 2.0, section 6).
      const answers = calls.map(echo).reverse();
      say(`${JSON.stringify(Array.isArray(asked) ? answers : answers[0])}\n`);
    });
    const all = Array.from({ length: 500 }, (_, i) => rpc({ method: 'echo', params: [i] }));
    expect(await Promise.all(all)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(await rpc({ method: 'echo', params: ['alone'] })).toBe('alone');
    expect(seen).toEqual([200, 200, 100, 1]);
  });

  test('answers that overtake each other, and arrive in pieces, find who asked', async () => {
    const held: string[] = [];
    const rpc = await node((asked, say) => {
      held.push(`${JSON.stringify(Array.isArray(asked) ? asked.map(echo) : echo(asked))}\n`);
      if (held.length < 3) return;
      const text = held.reverse().join('');
      for (let at = 0; at < text.length; at += 7) say(text.slice(at, at + 7));
    });
    const first = Promise.all(['a', 'b'].map((p) => rpc({ method: 'echo', params: [p] })));
    await turn();
    const second = rpc({ method: 'echo', params: ['{"id":1}'] });
    await turn();
    const third = rpc({ method: 'echo', params: ['ü\n🐧'] });
    expect(await Promise.all([first, second, third])).toEqual([['a', 'b'], '{"id":1}', 'ü\n🐧']);
  });

  test('an error of the node is one, with code and data; an answer that is missing is another', async () => {
    const rpc = await node((asked, say) => {
      const [one] = Array.isArray(asked) ? asked : [asked];
      const error = { jsonrpc: '2.0', id: one?.id, error: { code: 3, message: 'reverted', data: '0x12' } };
      say(`${JSON.stringify(Array.isArray(asked) ? [error] : error)}\n`);
    });
    const [refused, missing] = await Promise.allSettled([rpc({ method: 'a' }), rpc({ method: 'b' })]);
    expect(refused).toMatchObject({ reason: { code: 3, data: '0x12', message: 'reverted' } });
    expect((refused as PromiseRejectedResult).reason).toBeInstanceOf(RpcError);
    expect(missing).toMatchObject({ reason: { id: 'CHAIN_UNREACHABLE' } });
  });

  test('a node that hangs up fails all that wait, and those that come', async () => {
    const rpc = await node((_, __, socket) => socket.destroy());
    const both = await Promise.allSettled([rpc({ method: 'a' }), turn().then(() => rpc({ method: 'b' }))]);
    for (const result of both)
      expect(result).toMatchObject({
        reason: { id: 'CHAIN_UNREACHABLE', message: expect.stringContaining('named.in.errors') },
      });
  });

  test('where nobody listens there is no carrier', async () => {
    expect(await carryOverIpc(join(dir, 'none.ipc'))).toBeUndefined();
    rmSync(dir, { recursive: true });
  });
});

import { connect, type Socket } from 'node:net';
import type { Carrier } from './json-rpc.ts';

const TIMEOUT_MS = 60_000;

/**
 * JSON-RPC over a Unix socket, one JSON text a line (as geth and anvil speak it). Lighter to load than
 * HTTP, which a short command would notice. Undefined when nobody listens there.
 */
export async function carryOverIpc(path: string): Promise<Carrier | undefined> {
  const socket = await new Promise<Socket | undefined>((resolve) => {
    const opening = connect(path, () => resolve(opening));
    opening.once('error', () => resolve(undefined));
  });
  if (!socket) return undefined;

  type Waiting = {
    first: number;
    count: number;
    resolve: (text: string) => void;
    reject: (error: Error) => void;
    timer: NodeJS.Timeout;
  };
  let waiting: Waiting[] = [];
  let pieces: string[] = [];
  const settle = (one: Waiting | undefined): Waiting | undefined => {
    waiting = waiting.filter((w) => w !== one);
    clearTimeout(one?.timer);
    // An idle socket must not keep the process alive.
    if (waiting.length === 0) socket.unref();
    return one;
  };
  // Anvil works on several questions at once and answers each when it is ready: the id tells which it was.
  const asked = (line: string): Waiting | undefined => {
    const id = Number(/"id":(\d+)/.exec(line)?.[1] ?? Number.NaN);
    return waiting.find((w) => id >= w.first && id < w.first + w.count) ?? waiting[0];
  };
  const fail = (error: Error) => {
    for (const one of waiting) settle(one)?.reject(error);
  };
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = chunk.split('\n');
    for (const end of lines.slice(0, -1)) {
      const line = [...pieces, end].join('');
      pieces = [];
      settle(asked(line))?.resolve(line);
    }
    pieces.push(lines.at(-1) ?? '');
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('it closed the connection')));
  socket.unref();

  return (body, first, count) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error('it closed the connection'));
      socket.ref();
      const timer = setTimeout(
        () => socket.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)),
        TIMEOUT_MS,
      );
      waiting = [...waiting, { first, count, resolve, reject, timer }];
      socket.write(`${body}\n`);
    });
}

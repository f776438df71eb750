import { connect, type Socket } from 'node:net';
import type { Carrier } from './json-rpc.ts';

const TIMEOUT_MS = 60_000;

/**
 * JSON-RPC over a Unix socket, one JSON text a line (as geth and anvil speak it). Far lighter to load than
 * HTTP, which is most of what a short command would spend its time on. Undefined when nobody listens there.
 */
export async function carryOverIpc(path: string): Promise<Carrier | undefined> {
  const socket = await new Promise<Socket | undefined>((resolve) => {
    const opening = connect(path, () => resolve(opening));
    opening.once('error', () => resolve(undefined));
  });
  if (!socket) return undefined;

  type Waiting = { resolve: (text: string) => void; reject: (error: Error) => void; timer: NodeJS.Timeout };
  let waiting: Waiting[] = [];
  let pieces: string[] = [];
  // Answers come in the order of the questions, so an idle socket must not keep the process alive.
  const next = (): Waiting | undefined => {
    const first = waiting.shift();
    clearTimeout(first?.timer);
    if (waiting.length === 0) socket.unref();
    return first;
  };
  const fail = (error: Error) => {
    for (let w = next(); w; w = next()) w.reject(error);
  };
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = chunk.split('\n');
    for (const line of lines.slice(0, -1)) {
      next()?.resolve([...pieces, line].join(''));
      pieces = [];
    }
    pieces.push(lines.at(-1) ?? '');
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('it closed the connection')));
  socket.unref();

  return (body) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error('it closed the connection'));
      socket.ref();
      const timer = setTimeout(
        () => socket.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)),
        TIMEOUT_MS,
      );
      waiting = [...waiting, { resolve, reject, timer }];
      socket.write(`${body}\n`);
    });
}

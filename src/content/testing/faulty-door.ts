import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is done to a call instead of passing it on, or while it is passed on. */
export type Fault =
  /** The connection is cut when so many bytes of the body have passed. */
  | { cutAt: number }
  /** Nothing is answered, for ever. */
  | 'hang'
  /** The answer waits, milliseconds. */
  | { slowMs: number }
  /** This is answered instead. */
  | { status: number; body: string }
  /** What the node answers is made into something else. */
  | { rewrite: (answer: string) => string };

export type FaultyDoor = {
  url: string;
  /** Calls by endpoint, as they came. */
  calls: string[];
  /** Bytes of bodies that came in, by endpoint. */
  bytes: Map<string, number>;
  close(): Promise<void>;
};

/**
 * A door on loopback in front of a content node, which wants `authorization` when told to, and does to each call what
 * `fault` says; undefined lets it pass.
 */
export async function openFaultyDoor(
  target: string,
  options: { authorization?: string; fault?: (endpoint: string, nth: number) => Fault | undefined } = {},
): Promise<FaultyDoor> {
  const calls: string[] = [];
  const bytes = new Map<string, number>();
  const server = createServer(async (incoming, outgoing) => {
    const endpoint = /\/api\/v0\/([^?]+)/.exec(incoming.url ?? '')?.[1] ?? '';
    const nth = calls.filter((call) => call === endpoint).length + 1;
    calls.push(endpoint);
    if (options.authorization !== undefined && incoming.headers.authorization !== options.authorization) {
      incoming.resume();
      // A careless server repeats what it was sent.
      outgoing.writeHead(401).end(`unknown: ${incoming.headers.authorization ?? 'nothing'}`);
      return;
    }
    await pass(endpoint, options.fault?.(endpoint, nth), incoming, outgoing);
  });

  async function pass(
    endpoint: string,
    fault: Fault | undefined,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    if (fault === 'hang') {
      incoming.resume();
      return;
    }
    if (fault !== undefined && 'status' in fault) {
      incoming.resume();
      outgoing.writeHead(fault.status).end(fault.body);
      return;
    }
    const { authorization: _, ...headers } = incoming.headers;
    const onward = request(new URL(incoming.url ?? '', target), {
      method: 'POST',
      headers: { ...headers, host: new URL(target).host },
    });
    // A request that was destroyed has no socket any more.
    const { socket } = incoming;
    const cut = () => {
      onward.destroy();
      socket.destroy();
    };
    onward.on('error', cut);
    incoming.on('error', cut);
    onward.on('response', async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      if (fault !== undefined && 'slowMs' in fault)
        await new Promise((done) => setTimeout(done, fault.slowMs));
      const text = Buffer.concat(chunks);
      const { 'content-length': __, ...rest } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, rest);
      outgoing.end(fault !== undefined && 'rewrite' in fault ? fault.rewrite(text.toString()) : text);
    });
    let passed = 0;
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) {
        passed += chunk.length;
        bytes.set(endpoint, (bytes.get(endpoint) ?? 0) + chunk.length);
        if (fault !== undefined && 'cutAt' in fault && passed >= fault.cutAt) return cut();
        if (!onward.write(chunk)) await drained(onward);
      }
      onward.end();
    } catch {
      cut();
    }
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    bytes,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function drained(writer: ClientRequest): Promise<void> {
  return new Promise((done) => {
    const over = () => {
      writer.off('drain', over).off('close', over);
      done();
    };
    writer.on('drain', over).on('close', over);
  });
}

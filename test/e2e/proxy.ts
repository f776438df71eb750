import { createServer, request } from 'node:http';
import { type Door, openOnLoopback } from './loopback.ts';

/** A call that passes, so that something can be done to it at just this moment. */
export type Passing = {
  endpoint: string;
  /** Where the call is now: its first bytes have come, all have been passed on, or it has been answered. */
  at: 'begin' | 'sent' | 'answered';
};

/** "lost": whatever the node answers, it does not come back. */
export type Fate = 'lost' | undefined;

/** A door in front of a content node. `watch` is told of each call at each point, and is waited for. */
export async function openProxy(
  target: string,
  watch: (passing: Passing) => Promise<Fate> | Fate,
): Promise<Door> {
  const server = createServer(async (incoming, outgoing) => {
    const endpoint = /\/api\/v0\/([^?]+)/.exec(incoming.url ?? '')?.[1] ?? '';
    const fail = () => incoming.socket.destroy();
    incoming.on('error', fail);
    outgoing.on('error', fail);
    const onward = request(new URL(incoming.url ?? '', target), {
      method: incoming.method,
      headers: { ...incoming.headers, host: new URL(target).host },
    });
    onward.on('error', fail);
    // A quick answer may be here before what is done at "sent" is done; it waits for that.
    const sent = Promise.withResolvers<Fate>();
    onward.on('response', async (answer) => {
      const lost = (await sent.promise) === 'lost' || (await watch({ endpoint, at: 'answered' })) === 'lost';
      if (lost) {
        fail();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', fail);
      answer.pipe(outgoing);
    });
    // A caller or a node that is gone ends the call on the other side too.
    incoming.socket.once('close', () => onward.destroy());
    try {
      let begun = false;
      for await (const chunk of incoming) {
        if (!begun) await watch({ endpoint, at: 'begin' });
        begun = true;
        onward.write(chunk);
      }
      if (!begun) await watch({ endpoint, at: 'begin' });
      if (!onward.destroyed) onward.end(async () => sent.resolve(await watch({ endpoint, at: 'sent' })));
    } catch {
      fail();
    }
  });
  server.on('clientError', (_, socket) => socket.destroy());
  return openOnLoopback(server);
}

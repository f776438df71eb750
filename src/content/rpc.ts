import type { IncomingMessage, RequestOptions } from 'node:http';
import { SaharaError } from '../base/errors.ts';
import { hiding, reasonOf, refusal, wordsOf } from './rpc-words.ts';

export type RpcOptions = {
  /** Base address of a Kubo RPC, e.g. `http://127.0.0.1:5001`. */
  api: string;
  /** Sent with each request, e.g. `authorization` for a remote node. */
  headers?: Readonly<Record<string, string>>;
  /** Its name, where it is a remote of the settings: errors then say what helps there. */
  remote?: string;
  /** How long the node may be silent before a call fails, milliseconds. */
  timeoutMs: number;
};

export type RpcCall = {
  /** E.g. `dag/import`. */
  endpoint: string;
  query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** The next chunk is asked for when the one before is written: its memory can be used again then. */
  body?: { type: string; length?: number; chunks: AsyncIterable<Uint8Array> };
  /** What was attempted, for messages. */
  action?: string;
  /** Overrides the silence allowed, milliseconds. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
};

/** To be read to its end, or ended. */
export type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

export type Rpc = {
  /** The whole answer; at most `maxBytes`. */
  bytes(call: RpcCall, maxBytes: number): Promise<Uint8Array>;
  /** The answer as JSON. */
  json(call: RpcCall): Promise<unknown>;
  /** The answer as newline-delimited JSON. */
  lines(call: RpcCall): Promise<unknown[]>;
  /** The answer as it comes, at the reader's speed. What fails after its beginning fails while it is read. */
  stream(call: RpcCall): Promise<Chunks>;
  /** Closes idle connections. */
  close(): void;
};

/** Answers in JSON are small; one larger than this is an attack or a mistake. Bytes. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;
const CONNECTIONS = 16;

/**
 * Calls of a Kubo RPC over `node:http`, since fetch copies bodies and cannot tell sent from buffered bytes.
 *
 * All fail with CONTENT_UNAVAILABLE (not reached, cut off), CONTENT_TIMEOUT (silence), CONTENT_NOT_FOUND,
 * CONTENT_CORRUPT or CONTENT_REJECTED (the node's own words); an abort throws the signal's reason.
 */
export function rpcClient(options: RpcOptions): Rpc {
  const base = new URL(options.api);
  const hide = hiding(options.headers);
  /** Whose failure it is. */
  const at = {
    api: options.api,
    ...(options.remote === undefined ? {} : { remote: options.remote }),
  };
  let agent: Promise<{ http: typeof import('node:http'); agent: import('node:http').Agent }> | undefined;
  const load = async () => {
    // Not by `import`: that reads every export of node:http, one of which loads a whole second HTTP client.
    const http =
      base.protocol === 'https:'
        ? (process.getBuiltinModule('node:https') as unknown as typeof import('node:http'))
        : process.getBuiltinModule('node:http');
    return { http, agent: new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS }) };
  };

  /** @param begun takes over an answer that is no refusal, before it is read */
  async function send<R = never>(
    call: RpcCall,
    maxBytes: number,
    begun?: (response: IncomingMessage) => R,
  ): Promise<Uint8Array | R> {
    call.signal?.throwIfAborted();
    agent ??= load();
    const transport = await agent;
    // A kept connection may have been closed by the node just as we used it. Nothing was done then, and a
    // call without a body can be sent again.
    try {
      return await exchange(transport, call, maxBytes, begun);
    } catch (error) {
      if (call.body !== undefined || !(error instanceof StaleConnection)) throw unwrap(error);
      return await exchange(transport, call, maxBytes, begun).catch((again) => Promise.reject(unwrap(again)));
    }
  }

  function exchange<R>(
    { http, agent }: { http: typeof import('node:http'); agent: import('node:http').Agent },
    call: RpcCall,
    maxBytes: number,
    begun?: (response: IncomingMessage) => R,
  ): Promise<Uint8Array | R> {
    const action = call.action ?? call.endpoint;
    const silence = call.timeoutMs ?? options.timeoutMs;
    const url = new URL(`${base.pathname.replace(/\/$/, '')}/api/v0/${call.endpoint}`, base);
    for (const [key, value] of Object.entries(call.query ?? {})) {
      if (Array.isArray(value)) for (const one of value) url.searchParams.append(key, one);
      else if (value !== undefined) url.searchParams.append(key, String(value));
    }
    const request: RequestOptions = {
      method: 'POST',
      agent,
      headers: {
        ...options.headers,
        ...(call.body === undefined ? { 'content-length': 0 } : { 'content-type': call.body.type }),
        ...(call.body?.length === undefined ? {} : { 'content-length': call.body.length }),
      },
    };
    return new Promise((resolve, reject) => {
      let settled = false;
      let timer: NodeJS.Timeout;
      const req = http.request(url, request);
      const settle = (act: () => void) => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        call.signal?.removeEventListener('abort', onAbort);
        act();
      };
      const fail = (error: unknown) => {
        settle(() => reject(error));
        req.destroy();
      };
      const heard = () => {
        clearTimeout(timer);
        // An upload that was cut off is heard of once more; its timer would keep the process alive.
        if (settled) return;
        timer = setTimeout(
          () => fail(new SaharaError('CONTENT_TIMEOUT', { ...at, action, seconds: silence / 1000 })),
          silence,
        );
      };
      const onAbort = () => fail(call.signal?.reason);
      call.signal?.addEventListener('abort', onAbort, { once: true });
      heard();

      let answered = false;
      let refused = false;
      req.on('error', (cause: NodeJS.ErrnoException) => {
        // An answer that came before the connection broke says more than the break.
        if (answered) return;
        const unavailable = new SaharaError(
          'CONTENT_UNAVAILABLE',
          { ...at, reason: reasonOf(cause) },
          { cause },
        );
        const stale = req.reusedSocket && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
        fail(stale ? new StaleConnection(unavailable) : unavailable);
      });
      req.on('response', (response) => {
        answered = true;
        // A node that says no has no use for the rest of the body.
        refused = response.statusCode !== 200;
        if (begun !== undefined && !refused) return settle(() => resolve(begun(response)));
        readAll(response, maxBytes, heard).then(
          (bytes) => settle(() => judge(response, bytes).then(resolve, reject)),
          (error) => fail(error),
        );
      });
      if (call.body === undefined) req.end();
      else void pump(call.body.chunks);

      async function pump(chunks: AsyncIterable<Uint8Array>): Promise<void> {
        try {
          for await (const chunk of chunks) {
            if (settled || refused || req.destroyed) return;
            await written(chunk);
            heard();
          }
          req.end();
        } catch (error) {
          fail(error);
        }
      }

      /** When the chunk is no longer needed: it is with the system, or nobody wants it any more. */
      function written(chunk: Uint8Array): Promise<void> {
        return new Promise((done) => {
          const over = () => {
            req.off('close', over).off('response', over);
            done();
          };
          req.on('close', over).on('response', over);
          req.write(chunk, over);
        });
      }

      async function judge(response: IncomingMessage, bytes: Uint8Array): Promise<Uint8Array> {
        const trailer = response.trailers['x-stream-error'];
        if (response.statusCode === 200 && trailer === undefined) return bytes;
        throw refusal(
          at,
          action,
          cidOf(call),
          response,
          trailer === undefined ? wordsOf(bytes, hide) : { kubo: true, message: hide(String(trailer)) },
        );
      }
    });

    async function readAll(response: IncomingMessage, max: number, heard: () => void): Promise<Uint8Array> {
      const chunks: Buffer[] = [];
      let size = 0;
      try {
        for await (const chunk of response as AsyncIterable<Buffer>) {
          heard();
          size += chunk.length;
          if (size > max) break;
          chunks.push(chunk);
        }
      } catch (cause) {
        const reason = reasonOf(cause as NodeJS.ErrnoException);
        throw new SaharaError('CONTENT_UNAVAILABLE', { ...at, reason }, { cause });
      }
      if (size > max)
        throw new SaharaError('CONTENT_TOO_LARGE', { what: `The answer to "${action}"`, size, limit: max });
      return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    }
  }

  /** The silence that is allowed is the node's: how long the reader takes is its own affair. */
  async function* chunksOf(response: IncomingMessage, call: RpcCall): Chunks {
    const action = call.action ?? call.endpoint;
    const silence = call.timeoutMs ?? options.timeoutMs;
    const stop = (reason: unknown) => response.destroy(reason instanceof Error ? reason : undefined);
    const onAbort = () => stop(call.signal?.reason);
    call.signal?.addEventListener('abort', onAbort, { once: true });
    const chunks = (response as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    try {
      for (;;) {
        call.signal?.throwIfAborted();
        const seconds = silence / 1000;
        const timer = setTimeout(
          () => stop(new SaharaError('CONTENT_TIMEOUT', { ...at, action, seconds })),
          silence,
        );
        const next = await chunks.next().finally(() => clearTimeout(timer));
        if (next.done === true) break;
        yield next.value;
      }
      const trailer = response.trailers['x-stream-error'];
      if (trailer !== undefined)
        throw refusal(at, action, cidOf(call), response, { kubo: true, message: hide(String(trailer)) });
    } catch (cause) {
      call.signal?.throwIfAborted();
      if (cause instanceof SaharaError) throw cause;
      throw new SaharaError(
        'CONTENT_UNAVAILABLE',
        { ...at, reason: reasonOf(cause as NodeJS.ErrnoException) },
        { cause },
      );
    } finally {
      call.signal?.removeEventListener('abort', onAbort);
      if (!response.complete) stop(undefined);
    }
  }

  const parse = (call: RpcCall, text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const message = `its answer is not JSON: ${hide(text.slice(0, 4096)).slice(0, 80)}`;
      throw new SaharaError('CONTENT_REJECTED', { ...at, action: call.endpoint, message }, { cause });
    }
  };

  return {
    bytes: (call, maxBytes) => send(call, maxBytes),
    async stream(call) {
      const answer = await send(call, MAX_JSON_BYTES, (response) => chunksOf(response, call));
      if (answer instanceof Uint8Array) throw new TypeError('an answer was read that was to be streamed');
      return answer;
    },
    async json(call) {
      return parse(call, Buffer.from(await send(call, MAX_JSON_BYTES)).toString());
    },
    async lines(call) {
      const text = Buffer.from(await send(call, MAX_JSON_BYTES)).toString();
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => parse(call, line));
    },
    close() {
      void agent?.then((loaded) => loaded.agent.destroy());
      agent = undefined;
    },
  };
}

const cidOf = (call: RpcCall) => String(call.query?.['arg'] ?? '');

class StaleConnection extends Error {
  readonly error: SaharaError;
  constructor(error: SaharaError) {
    super(error.message);
    this.error = error;
  }
}

function unwrap(error: unknown): unknown {
  return error instanceof StaleConnection ? error.error : error;
}

import type { IncomingMessage, RequestOptions } from 'node:http';
import { SaharaError } from '../base/errors.ts';

export type RpcOptions = {
  /** Base address of a Kubo RPC, e.g. `http://127.0.0.1:5001`. */
  api: string;
  /** Sent with each request, e.g. `authorization` for a remote node. */
  headers?: Readonly<Record<string, string>>;
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

export type Rpc = {
  /** The whole answer; at most `maxBytes`. */
  bytes(call: RpcCall, maxBytes: number): Promise<Uint8Array>;
  /** The answer as JSON. */
  json(call: RpcCall): Promise<unknown>;
  /** The answer as newline-delimited JSON. */
  lines(call: RpcCall): Promise<unknown[]>;
  /** Closes idle connections. */
  close(): void;
};

/** Answers in JSON are small; one larger than this is an attack or a mistake. Bytes. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;
/** Of an answer that is an error; the rest is not read into a message. Bytes. */
const MAX_WORDS_BYTES = 64 * 1024;
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
  let agent: Promise<{ http: typeof import('node:http'); agent: import('node:http').Agent }> | undefined;
  const load = async () => {
    // Not by `import`: that reads every export of node:http, one of which loads a whole second HTTP client.
    const http =
      base.protocol === 'https:'
        ? (process.getBuiltinModule('node:https') as unknown as typeof import('node:http'))
        : process.getBuiltinModule('node:http');
    return { http, agent: new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS }) };
  };

  async function send(call: RpcCall, maxBytes: number): Promise<Uint8Array> {
    call.signal?.throwIfAborted();
    agent ??= load();
    const transport = await agent;
    // A kept connection may have been closed by the node just as we used it. Nothing was done then, and a
    // call without a body can be sent again.
    try {
      return await exchange(transport, call, maxBytes);
    } catch (error) {
      if (call.body !== undefined || !(error instanceof StaleConnection)) throw unwrap(error);
      return await exchange(transport, call, maxBytes).catch((again) => Promise.reject(unwrap(again)));
    }
  }

  function exchange(
    { http, agent }: { http: typeof import('node:http'); agent: import('node:http').Agent },
    call: RpcCall,
    maxBytes: number,
  ): Promise<Uint8Array> {
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
          () =>
            fail(new SaharaError('CONTENT_TIMEOUT', { api: options.api, action, seconds: silence / 1000 })),
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
          { api: options.api, reason: reasonOf(cause) },
          { cause },
        );
        const stale = req.reusedSocket && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
        fail(stale ? new StaleConnection(unavailable) : unavailable);
      });
      req.on('response', (response) => {
        answered = true;
        // A node that says no has no use for the rest of the body.
        refused = response.statusCode !== 200;
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
          options.api,
          action,
          call,
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
        throw new SaharaError('CONTENT_UNAVAILABLE', { api: options.api, reason }, { cause });
      }
      if (size > max)
        throw new SaharaError('CONTENT_TOO_LARGE', { what: `The answer to "${action}"`, size, limit: max });
      return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    }
  }

  const parse = (call: RpcCall, text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const message = `its answer is not JSON: ${hide(text.slice(0, 4096)).slice(0, 80)}`;
      throw new SaharaError(
        'CONTENT_REJECTED',
        { api: options.api, action: call.endpoint, message },
        { cause },
      );
    }
  };

  return {
    bytes: send,
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

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'it cut the connection';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name cannot be resolved';
    default:
      return error.message || (error.code ?? 'unknown');
  }
}

/** Takes out what we sent as a secret: a node may repeat it in its answer, which ends up in errors and logs. */
function hiding(headers: Readonly<Record<string, string>> = {}): (text: string) => string {
  const secrets = Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .flatMap(([, value]) => {
      const word = value.slice(value.indexOf(' ') + 1);
      const plain = /^basic /i.test(value) ? Buffer.from(word, 'base64').toString() : word;
      return [value, word, plain, plain.slice(plain.indexOf(':') + 1)];
    })
    .filter((secret) => secret.length > 3);
  return (text) => secrets.reduce((safe, secret) => safe.replaceAll(secret, '***'), text);
}

/** What a node says in an answer that is none: Kubo's message, or the text as it is. */
function wordsOf(bytes: Uint8Array, hide: (text: string) => string): Refusal {
  const text = hide(Buffer.from(bytes.subarray(0, MAX_WORDS_BYTES)).toString().trim());
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'Message' in body)
      return { kubo: true, message: String(body.Message) };
  } catch {
    // Not Kubo's error shape; the text itself has to do.
  }
  return { kubo: false, message: text.slice(0, 200) };
}

type Refusal = { kubo: boolean; message: string };

/** Kubo tells its errors apart by wording only. */
function refusal(
  api: string,
  action: string,
  call: RpcCall,
  { statusCode: status = 0 }: IncomingMessage,
  { kubo, message: words }: Refusal,
): SaharaError {
  const cid = String(call.query?.['arg'] ?? '');
  const message = kubo ? words : `HTTP ${status}${words === '' ? '' : `: ${words}`}`;
  if (status === 401 || status === 403)
    return new SaharaError('REMOTE_DENIED', { api, status, message: words });
  // Kubo itself says no with 500 and its own error shape; without that, something in front of it could not reach it.
  if (!kubo && (status >= 500 || status === 429))
    return new SaharaError('CONTENT_UNAVAILABLE', { api, reason: `it answered with ${message}` });
  // The endpoint is what was not found.
  if (status === 404) return new SaharaError('CONTENT_REJECTED', { api, action, message });
  if (/not found|could not find|no link named/i.test(message)) {
    return new SaharaError('CONTENT_NOT_FOUND', { cid, path: '' }, { cause: new Error(message) });
  }
  if (/different hash than requested|did not match|hash mismatch/i.test(message)) {
    return new SaharaError('CONTENT_CORRUPT', { cid, reason: message });
  }
  return new SaharaError('CONTENT_REJECTED', { api, action, message });
}

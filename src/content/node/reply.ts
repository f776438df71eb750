import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isError } from '../../base/errors.ts';
import { BadMultipart } from './multipart.ts';
import { BadRequest, type ContentNode } from './node.ts';

/** What an RPC handler is given. */
export type Call = {
  query: URLSearchParams;
  /** The positional arguments, in order. */
  args: string[];
  request: IncomingMessage;
  signal: AbortSignal;
};

/** What it gives back: one JSON value, many on a line each, or bytes. */
export type Reply =
  | { json: unknown }
  | { lines: Iterable<unknown> | AsyncIterable<unknown> }
  | { bytes: AsyncIterable<Uint8Array>; type?: string; length?: number; headers?: Record<string, string> };

export type Handler = (node: ContentNode, call: Call) => Promise<Reply>;

/** The first argument, which the endpoint cannot do without. */
export function needArg(call: Call, name: string): string {
  const arg = call.args[0];
  if (arg === undefined || arg === '') throw new BadRequest(`argument "${name}" is required`);
  return arg;
}

/** A boolean parameter as Kubo reads it. */
export function flag(call: Call, name: string, otherwise: boolean): boolean {
  const value = call.query.get(name);
  if (value === null) return otherwise;
  if (value === '' || value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new BadRequest(`option "${name}" is not a boolean: ${value}`);
}

/** An integer parameter, at least 0. */
export function count(call: Call, name: string): number | undefined {
  const value = call.query.get(name);
  if (value === null || value === '') return undefined;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new BadRequest(`option "${name}" is no size: ${value}`);
  return number;
}

/** Sends a reply at the speed of the reader. Nothing is sent before the first piece is there, so that it can still fail. */
export async function sendReply(response: ServerResponse, reply: Reply): Promise<void> {
  if ('json' in reply) return sendJson(response, 200, reply.json);
  const pieces = 'bytes' in reply ? reply.bytes : asLines(reply.lines);
  const type = 'bytes' in reply ? (reply.type ?? 'text/plain') : 'application/json';
  const iterator = pieces[Symbol.asyncIterator]();
  let next = await iterator.next();
  response.writeHead(200, {
    'Content-Type': type,
    'X-Content-Type-Options': 'nosniff',
    ...('bytes' in reply && reply.length !== undefined ? { 'Content-Length': reply.length } : {}),
    ...('bytes' in reply ? { 'X-Stream-Output': '1', ...reply.headers } : { 'X-Chunked-Output': '1' }),
  });
  try {
    for (; next.done !== true; next = await iterator.next()) {
      if (response.destroyed) break;
      if (!response.write(next.value)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    response.end();
  } catch (error) {
    // Kubo puts an error in a trailer, which fetch cannot see: half an answer would look whole. Cut instead.
    response.destroy(error as Error);
    throw error;
  } finally {
    await iterator.return?.();
  }
}

async function* asLines(values: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const value of values) yield Buffer.from(`${JSON.stringify(value)}\n`);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}

/** Kubo's shape of an error. 400 when the request is wrong (code 1), else 500 (code 0). */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const Message = messageOf(error);
  const bad = error instanceof BadRequest || error instanceof BadMultipart;
  sendJson(response, bad ? 400 : 500, { Message, Code: bad ? 1 : 0, Type: 'error' });
}

/** Clients tell Kubo's errors apart by their words, so a missing path gets Kubo's. */
function messageOf(error: unknown): string {
  if (isError(error, 'CONTENT_NOT_FOUND'))
    return `no link named ${JSON.stringify(error.params.path)} under ${error.params.cid}`;
  return error instanceof Error ? error.message : String(error);
}

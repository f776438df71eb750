import { SaharaError } from '../base/errors.ts';

/** Of the system, and of the HTTP client in Node: the other side was not there, or went away. */
const CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'],
  ...['ENETDOWN', 'ENETUNREACH', 'EHOSTDOWN', 'EHOSTUNREACH'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_SOCKET'],
]);
/** Timed out, too early, too many; and a gateway or a service that is not there just now. HTTP. */
const STATUSES = new Set([408, 425, 429, 502, 503, 504]);

/** An error and what caused it; somebody else's may cause each other in a circle. */
function causesOf(error: unknown): Error[] {
  const all: Error[] = [];
  for (let at = error; at instanceof Error && all.length < 8; at = at.cause) all.push(at);
  return all;
}

/**
 * True where the same may succeed some moments later: the error says so itself (`retryable`), or it or what caused it has
 * the code of a lost connection, or the HTTP status (`status`, `statusCode`) of a server that is busy or not there.
 */
export function isPassing(error: unknown): boolean {
  const causes = causesOf(error) as (Error & Record<string, unknown>)[];
  const said = causes.find((cause) => typeof cause['retryable'] === 'boolean');
  if (said !== undefined) return said['retryable'] === true;
  return causes.some(
    ({ code, status, statusCode }) =>
      (typeof code === 'string' && CODES.has(code)) || STATUSES.has(Number(status ?? statusCode)),
  );
}

/** Our own failure that another program's error carries: a file that changed while it was read for an upload. */
export function ownCause(error: unknown): SaharaError | undefined {
  return causesOf(error).find((cause) => cause instanceof SaharaError);
}

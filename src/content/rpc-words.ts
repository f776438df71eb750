import type { IncomingMessage } from 'node:http';
import { SaharaError } from '../base/errors.ts';

/** Of an answer that is an error; the rest is not read into a message. Bytes. */
const MAX_WORDS_BYTES = 64 * 1024;

/** Why a connection failed, in words. */
export function reasonOf(error: NodeJS.ErrnoException): string {
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
export function hiding(headers: Readonly<Record<string, string>> = {}): (text: string) => string {
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
export function wordsOf(bytes: Uint8Array, hide: (text: string) => string): Refusal {
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

export type Refusal = { kubo: boolean; message: string };

/** Kubo tells its errors apart by wording only. */
export function refusal(
  at: { api: string; remote?: string },
  action: string,
  cid: string,
  { statusCode: status = 0 }: IncomingMessage,
  { kubo, message: words }: Refusal,
): SaharaError {
  const message = kubo ? words : `HTTP ${status}${words === '' ? '' : `: ${words}`}`;
  if (status === 401 || status === 403)
    return new SaharaError('REMOTE_DENIED', { api: at.api, status, message: words });
  // Kubo itself says no with 500 and its own error shape; without that, something in front of it could not reach it.
  if (!kubo && (status >= 500 || status === 429))
    return new SaharaError('CONTENT_UNAVAILABLE', { ...at, reason: `it answered with ${message}` });
  // The endpoint is what was not found.
  if (status === 404) return new SaharaError('CONTENT_REJECTED', { ...at, action, message });
  if (/not found|could not find|no link named/i.test(message)) {
    return new SaharaError('CONTENT_NOT_FOUND', { cid, path: '' }, { cause: new Error(message) });
  }
  if (/different hash than requested|did not match|hash mismatch/i.test(message)) {
    return new SaharaError('CONTENT_CORRUPT', { cid, reason: message });
  }
  return new SaharaError('CONTENT_REJECTED', { ...at, action, message });
}

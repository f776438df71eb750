/** One part of a multipart body. `body` must be read to its end before the next part is asked for. */
export type Part = {
  headers: ReadonlyMap<string, string>;
  /** Decoded `filename` of the content disposition; '' without one. */
  filename: string;
  contentType: string;
  body: AsyncIterable<Uint8Array>;
};

/** Wrong or cut-off multipart. */
export class BadMultipart extends Error {}

const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Splits a `multipart/*` stream (RFC 2046) into its parts without holding any of them.
 *
 * @throws BadMultipart also when the stream ends before the closing boundary: a cut-off upload must never
 * look like a complete one
 */
export async function* readMultipart(
  contentType: string | undefined,
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Part, void, undefined> {
  const match = /^multipart\/[\w-]+;.*?\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '');
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw new BadMultipart('request body is not multipart');
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // Less than seven bytes are looked for by the C library, in half the time.
  const needle = delimiter.subarray(0, 6);
  const source = stream[Symbol.asyncIterator]();
  // The first boundary has no line break before it; with one put there all boundaries are alike.
  let held: Buffer = Buffer.from('\r\n');

  const more = async (): Promise<void> => {
    const next = await source.next();
    if (next.done === true) throw new BadMultipart('unexpected end of the multipart body');
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
  };

  const delimiterAt = (): number => {
    let at = held.indexOf(needle);
    while (at >= 0 && !delimiter.equals(held.subarray(at, at + delimiter.length)))
      at = held.indexOf(needle, at + 1);
    return at;
  };

  /** How many bytes at the end may be the beginning of a boundary that ends in the next chunk. */
  const begun = (): number => {
    let at = Math.max(0, held.length - delimiter.length + 1);
    for (;;) {
      at = held.indexOf(0x0d, at);
      if (at < 0) return 0;
      if (delimiter.subarray(0, held.length - at).equals(held.subarray(at))) return held.length - at;
      at++;
    }
  };

  async function* untilBoundary(): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const at = delimiterAt();
      if (at >= 0) {
        const last = held.subarray(0, at);
        held = held.subarray(at + delimiter.length);
        if (last.length > 0) yield last;
        return;
      }
      const safe = held.length - begun();
      if (safe > 0) {
        const chunk = held.subarray(0, safe);
        held = held.subarray(safe);
        yield chunk;
      }
      await more();
    }
  }

  const exactly = async (length: number): Promise<Buffer> => {
    while (held.length < length) await more();
    const out = held.subarray(0, length);
    held = held.subarray(length);
    return out;
  };

  const readHeaders = async (): Promise<Map<string, string>> => {
    let end = held.indexOf('\r\n\r\n');
    while (end < 0) {
      if (held.length > MAX_HEADER_BYTES) throw new BadMultipart('multipart headers are too long');
      await more();
      end = held.indexOf('\r\n\r\n');
    }
    const headers = new Map<string, string>();
    for (const line of held.subarray(0, end).toString('utf8').split('\r\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    held = held.subarray(end + 4);
    return headers;
  };

  for await (const preamble of untilBoundary()) void preamble;
  for (;;) {
    const after = (await exactly(2)).toString('latin1');
    if (after === '--') break;
    if (after !== '\r\n') throw new BadMultipart('malformed multipart boundary');
    // Headers may be none at all; the line break put back makes the blank line findable in that case too.
    held = Buffer.concat([Buffer.from('\r\n'), held]);
    const headers = await readHeaders();
    const body = untilBoundary();
    const disposition = headers.get('content-disposition') ?? '';
    yield {
      headers,
      filename: filenameOf(disposition),
      contentType: headers.get('content-type') ?? 'application/octet-stream',
      body,
    };
    for await (const rest of body) void rest;
  }
  // The sender waits until the epilogue is taken off the wire.
  while ((await source.next()).done !== true);
}

function filenameOf(disposition: string): string {
  const raw = /\bfilename="([^"]*)"/i.exec(disposition)?.[1] ?? '';
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

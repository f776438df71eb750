import { SaharaError } from '../../base/errors.ts';
import { type OriginUrl, parseOriginUrl } from './origin-url.ts';

/** What a network answers: as JSON-RPC has it, with the secret parts of its URL taken out of messages. */
export type OriginAnswer = { result: unknown } | { error: { code: number; message: string } };

/** A live network that a devnet begins with. */
export type Origin = Pick<OriginUrl, 'shown'> & {
  /**
   * Asks, and where the network is busy or does not answer once more after a while, so many times.
   *
   * @param retries 3 at most, which is the default
   * @throws FORK_ORIGIN_UNREACHABLE, FORK_ORIGIN_REFUSED, FORK_ORIGIN_BUSY
   */
  ask(method: string, params: unknown, retries?: number): Promise<OriginAnswer>;
};

/** How long to wait for one answer. Milliseconds. */
const TIMEOUT_MS = 15_000;
/** Pauses before it is tried again. Milliseconds. */
const PAUSES_MS = [200, 500, 1200];
/** The longest pause that a network may ask for and gets. Milliseconds. */
const MAX_PAUSE_MS = 5000;
/** Public nodes refuse those who ask for more at once. */
const AT_ONCE = 6;

type Trouble = { error: SaharaError; isPassing: boolean; pauseMs?: number };

/** @throws FORK_URL_INVALID */
export function openOrigin(text: string): Origin {
  const origin = parseOriginUrl(text);
  const { shown } = origin;
  const turns = limited(AT_ONCE);
  return {
    shown,
    ask: (method, params, retries = PAUSES_MS.length) =>
      turns(async () => {
        for (let tries = 0; ; tries++) {
          const outcome = await once(origin, method, params);
          if (!('isPassing' in outcome)) return outcome;
          const pause = tries < retries ? PAUSES_MS[tries] : undefined;
          if (!outcome.isPassing || pause === undefined) throw outcome.error;
          await new Promise((r) => setTimeout(r, Math.min(outcome.pauseMs ?? pause, MAX_PAUSE_MS)));
        }
      }),
  };
}

async function once(origin: OriginUrl, method: string, params: unknown): Promise<OriginAnswer | Trouble> {
  const { endpoint, headers, shown: url, redact } = origin;
  const away = (reason: string, isPassing = true): Trouble => ({
    error: new SaharaError('FORK_ORIGIN_UNREACHABLE', { url, reason: redact(reason) }),
    isPassing,
  });
  let response: Response;
  let text: string;
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      // Whatever stands behind it would get our headers.
      redirect: 'error',
    });
    text = await response.text();
  } catch (error) {
    const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    if (name === 'TimeoutError') return away(`no answer within ${TIMEOUT_MS / 1000} s`);
    return away(cause?.code ?? cause?.message ?? (error as Error).message);
  }
  const { status } = response;
  const after = Number(response.headers.get('retry-after') ?? Number.NaN) * 1000;
  const busy: Trouble = {
    error: new SaharaError('FORK_ORIGIN_BUSY', { url }),
    isPassing: true,
    ...(after > 0 ? { pauseMs: after } : {}),
  };
  if (status === 429) return busy;
  if (status === 401 || status === 403)
    return { error: new SaharaError('FORK_ORIGIN_REFUSED', { url, status }), isPassing: false };
  const answer = parsed(text);
  if (!answer) return away(`it answered HTTP ${status}, which is not JSON-RPC`, status >= 500);
  if (!answer.error) return { result: answer.result };
  const { code = -32_000, message = '' } = answer.error;
  if (code === -32_005 || /rate.?limit|too many requests|capacity exceeded/i.test(message)) return busy;
  return { error: { code, message: redact(message) } };
}

type Parsed = { result?: unknown; error?: { code?: number; message?: string } };

function parsed(text: string): Parsed | undefined {
  try {
    const answer = JSON.parse(text) as Parsed | null;
    return typeof answer === 'object' && answer && ('result' in answer || 'error' in answer)
      ? answer
      : undefined;
  } catch {
    return undefined;
  }
}

function limited(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((turn) => waiting.push(turn));
    else running++;
    try {
      return await work();
    } finally {
      // Whoever comes next takes the place over.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

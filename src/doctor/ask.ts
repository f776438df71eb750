/** Long enough for a machine that is busy with a whole test run. Milliseconds. */
const LIMIT_MS = 6000;

/** What a chain answered, where it was an error. */
export class RpcRefusal extends Error {}

/** One POST to a service, given up with the signal or after six seconds. Rejects with a short reason. */
export async function post(
  url: string,
  signal: AbortSignal,
  body?: string | FormData,
  contentType?: string,
): Promise<Response> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
      ...(body === undefined ? {} : { body }),
      ...(contentType ? { headers: { 'content-type': contentType } } : {}),
    });
    if (!response.ok) throw new Error(`it answers HTTP ${response.status}`);
    return response;
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string } };
    throw new Error(
      name === 'TimeoutError' ? `it does not answer within ${LIMIT_MS / 1000} s` : (cause?.code ?? message),
      {
        cause: error,
      },
    );
  }
}

/** One JSON-RPC call. */
export async function rpc<T>(
  url: string,
  method: string,
  params: unknown[],
  signal: AbortSignal,
): Promise<T> {
  const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const answer = (await (await post(url, signal, call, 'application/json')).json()) as {
    result?: T;
    error?: { message: string };
  };
  if (answer.error) throw new RpcRefusal(answer.error.message);
  return answer.result as T;
}

/** One JSON-RPC call over plain HTTP on loopback. Rejects with the server's message. */
export async function jsonRpc<T>(
  url: string,
  method: string,
  params: unknown[],
  timeoutMs = 5000,
): Promise<T> {
  // Loaded with its first use, when the chain is starting and there is time.
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json' }, timeout: timeoutMs },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (c: Buffer) => chunks.push(c));
        response.on('error', reject);
        response.on('end', () => {
          try {
            const answer = JSON.parse(Buffer.concat(chunks).toString()) as {
              result?: T;
              error?: { message: string };
            };
            if (answer.error) reject(new Error(answer.error.message));
            else resolve(answer.result as T);
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer to ${method} within ${timeoutMs} ms`)));
    call.on('error', reject);
    call.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  });
}

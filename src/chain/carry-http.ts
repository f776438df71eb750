import type { Carrier } from './json-rpc.ts';

const TIMEOUT_MS = 60_000;

/**
 * JSON-RPC over HTTP(S) with connections kept open.
 *
 * @param timeoutMs how long a silent connection is waited for, milliseconds
 */
export function carryOverHttp(url: string, timeoutMs: number = TIMEOUT_MS): Carrier {
  const secure = url.startsWith('https:');
  // Not by `import`: that reads every export of node:http, one of which loads a whole second HTTP client.
  const http = process.getBuiltinModule('node:http');
  const https = process.getBuiltinModule('node:https');
  const agent = secure ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
  return (body) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const call = (secure ? https : http).request(
        url,
        { method: 'POST', agent, timeout: timeoutMs, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (c: Buffer) => chunks.push(c));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200 && /^\s*[[{]/.test(text)) resolve(text);
            else reject(new Error(`it answered HTTP ${response.statusCode}, which is not JSON-RPC`));
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
      call.on('error', (e) =>
        reject(new Error((e as NodeJS.ErrnoException).code ?? e.message, { cause: e })),
      );
      call.end(body);
    });
}

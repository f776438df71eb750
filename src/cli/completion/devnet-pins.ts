import { liveDevnet } from '../../devnet/live.ts';
import type { Candidate } from './candidate.ts';
import { selectedDevnet } from './selected-devnet.ts';

/** More than this is no list to choose from. Bytes. */
const MAX_ANSWER = 1_000_000;

/** What the project's running devnet keeps, by name; nothing when it does not answer before the signal. */
export async function devnetPins(stateDir: string, signal: AbortSignal): Promise<Candidate[]> {
  const api =
    process.env['SAHARA_IPFS_API'] || liveDevnet(stateDir, await selectedDevnet(stateDir))?.content.api;
  if (!api) return [];
  try {
    const url = new URL('/api/v0/pin/ls?type=recursive&names=true', api);
    const answer = JSON.parse(await post(url, signal)) as { Keys?: Record<string, { Name?: unknown }> };
    return Object.entries(answer.Keys ?? {})
      .map(([value, { Name }]) => ({ value, about: String(Name ?? '') }))
      .sort((a, b) => (a.about < b.about ? -1 : 1));
  } catch {
    return [];
  }
}

function post(url: URL, signal: AbortSignal): Promise<string> {
  // Not by `import`: that reads every export of node:http, one of which loads a whole second HTTP client.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER) call.destroy(new Error('too many pins'));
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end();
  });
}

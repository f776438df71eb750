import { request } from 'node:http';
import type { LiveState } from './live-state.ts';

export type ServiceHealth = {
  service: 'chain' | 'content';
  state: 'running' | 'restarting' | 'failed';
  detail: string | null;
};
export type SupervisorStatus = { live: LiveState; services: ServiceHealth[] };

/** Calls the supervisor; undefined when nobody answers on its socket. */
export function askSupervisor<T>(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  timeoutMs = 2000,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const call = request({ socketPath, method, path, timeout: timeoutMs }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => {
        try {
          resolve(response.statusCode === 200 ? (JSON.parse(body) as T) : undefined);
        } catch {
          resolve(undefined);
        }
      });
      response.on('error', () => resolve(undefined));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.end();
  });
}

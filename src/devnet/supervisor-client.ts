import type { LiveState } from './live-state.ts';

export type ServiceHealth = {
  service: 'chain' | 'content';
  state: 'running' | 'restarting' | 'failed';
  /** What is wrong with it, null when nothing is. */
  detail: string | null;
  /** How many times it was started again. Not there where an older version started the devnet; nor are the next two. */
  restarts?: number;
  /** When the process that runs now, or ran last, was started (ISO 8601). */
  since?: string;
  /** The end of its log, oldest first; only where it has failed and is not started again. */
  lastLines?: string[];
};
export type SupervisorStatus = {
  live: LiveState;
  services: ServiceHealth[];
  /** It is being saved or taken down, and may be gone a moment later. */
  stopping: boolean;
};
export type SupervisorAnswer = { status: number; body: unknown };

/** Calls the supervisor; undefined when nobody answers on its socket, or not with success. */
export async function askSupervisor<T>(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  timeoutMs = 2000,
): Promise<T | undefined> {
  const answer = await callSupervisor(socketPath, method, path, timeoutMs);
  return answer?.status === 200 ? (answer.body as T) : undefined;
}

/** Calls the supervisor and gives what it answers, a refusal too; undefined when nobody answers on its socket. */
export function callSupervisor(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  timeoutMs: number,
  body?: string,
): Promise<SupervisorAnswer | undefined> {
  // Not by `import`: that reads every export of the module, one of which loads a whole second HTTP client.
  const { request } = process.getBuiltinModule('node:http');
  return new Promise((resolve) => {
    const call = request({ socketPath, method, path, timeout: timeoutMs }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
        } catch {
          resolve(undefined);
        }
      });
      response.on('error', () => resolve(undefined));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.end(body);
  });
}

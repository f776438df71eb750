import { SaharaError } from '../base/errors.ts';
import type { Happening } from './happenings.ts';
import type { LiveState } from './live-state.ts';

/** A supervisor that is too busy to answer is waited for so long. Milliseconds. */
const TIMEOUT_MS = 10_000;

export type Following = {
  /** How it ended: its last line; undefined when it ended without one, as by `kill -9`. */
  ended: Promise<(Happening & { type: 'ended' }) | undefined>;
  /** Nothing is told any more. */
  leave(): void;
};

/**
 * Follows a devnet over its supervisor's socket: what happens is told as it happens, and nothing is asked meanwhile.
 *
 * @throws DEVNET_UNFOLLOWED when its supervisor does not answer, or is one of a version that cannot be followed
 */
export function followDevnet(
  live: Pick<LiveState, 'socket' | 'name'>,
  told: (happening: Exclude<Happening, { type: 'ended' }>) => void,
): Promise<Following> {
  const { request } = process.getBuiltinModule('node:http');
  return new Promise((resolve, reject) => {
    const refuse = (reason: string) =>
      reject(new SaharaError('DEVNET_UNFOLLOWED', { name: live.name, reason }));
    const call = request({ socketPath: live.socket, path: '/events', timeout: TIMEOUT_MS }, (response) => {
      if (response.statusCode !== 200) {
        response.destroy();
        return refuse('an older version of sahara has started it');
      }
      call.setTimeout(0);
      const ended = Promise.withResolvers<(Happening & { type: 'ended' }) | undefined>();
      let rest = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const happening = JSON.parse(line) as Happening;
          if (happening.type === 'ended') ended.resolve(happening);
          else told(happening);
        }
      });
      for (const end of ['end', 'error', 'close']) response.on(end, () => ended.resolve(undefined));
      resolve({ ended: ended.promise, leave: () => response.destroy() });
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    call.on('error', (error) => refuse(error.message));
    call.end();
  });
}

import type { ServerResponse } from 'node:http';
import type { Happening, StopStep } from '../happenings.ts';

/** Blocks that come together are told once. Milliseconds. */
const SHARE_MS = 100;
/** A reader that takes nothing is not written to for ever. Bytes. */
const MOST_UNREAD = 1024 * 1024;

export type Happenings = {
  /** Tells somebody all that happens from now on, a line of JSON each, until he goes. */
  follow(response: ServerResponse): void;
  /** The services stand in another way. */
  servicesChanged(): void;
  chainChanged(): void;
  stopping(step: StopStep): void;
  /** Returns when the last line was handed over. */
  end(exitCode: number, reason: string | null): Promise<void>;
};

/** Nothing is worked out while nobody follows. */
export function createHappenings(services: () => Happening & { type: 'services' }): Happenings {
  const followers = new Set<ServerResponse>();
  let isDue = false;
  let said = '';
  const lineOf = (happening: Happening) => `${JSON.stringify(happening)}\n`;
  const tell = (line: string) => {
    for (const follower of followers)
      if (follower.writableLength > MOST_UNREAD) follower.destroy();
      else follower.write(line);
  };
  const servicesChanged = () => {
    if (followers.size === 0) return;
    const line = lineOf(services());
    if (line !== said) tell(line);
    said = line;
  };
  return {
    follow(response) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      followers.add(response);
      response.on('close', () => followers.delete(response)).on('error', () => {});
      response.write(lineOf(services()));
    },
    servicesChanged,
    chainChanged() {
      if (followers.size === 0 || isDue) return;
      isDue = true;
      setTimeout(() => {
        isDue = false;
        tell(lineOf({ type: 'blocks' }));
        // Whether what is done is durable is among what a service tells.
        servicesChanged();
      }, SHARE_MS).unref();
    },
    stopping(step) {
      tell(lineOf({ type: 'stopping', step }));
      // Where it cannot stop, its services are told once more.
      said = '';
    },
    async end(exitCode, reason) {
      const last = lineOf({ type: 'ended', exitCode, reason });
      const handed = [...followers].map((f) => new Promise<void>((done) => f.end(last, () => done())));
      // One who does not read must not keep the devnet from ending.
      const overdue = new Promise<void>((done) => setTimeout(done, SHARE_MS).unref());
      if (handed.length > 0) await Promise.race([Promise.all(handed), overdue]);
    },
  };
}

import type { ServiceHealth } from '../supervisor-client.ts';
import type { ContentService } from './content.ts';

/** What keeping a content node needs of its supervisor. */
export type KeepingContent = {
  maxRestarts: number;
  startAgain(): Promise<ContentService>;
  isStopping(): boolean;
  told(health: Pick<ServiceHealth, 'state' | 'detail'>): void;
  back(content: ContentService): void;
  log(line: string): void;
};

/** Starts a content node again that ended by itself, so many times. Its store is on disk, so nothing is lost. */
export function keepContent(first: ContentService, keeping: KeepingContent): void {
  let restarts = 0;
  const watch = (current: ContentService) => {
    void current.service?.ended.then(async (how) => {
      if (keeping.isStopping()) return;
      keeping.log(`the content node ${how}`);
      if (++restarts > keeping.maxRestarts) return keeping.told({ state: 'failed', detail: how });
      keeping.told({ state: 'restarting', detail: how });
      try {
        const again = await keeping.startAgain();
        keeping.back(again);
        keeping.told({ state: 'running', detail: `restarted ${restarts}x` });
        watch(again);
      } catch (error) {
        keeping.told({ state: 'failed', detail: (error as Error).message });
        keeping.log(`the content node cannot be restarted: ${(error as Error).message}`);
      }
    });
  };
  watch(first);
}

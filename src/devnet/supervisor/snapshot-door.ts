import type { SnapshotHost } from '../snapshots/service.ts';
import type { SnapshotRequest } from '../snapshots/types.ts';

/** Where snapshots are asked for. What makes them is loaded with the first request. */
export type SnapshotDoor = {
  /** @param body a `SnapshotRequest` as JSON */
  ask(body: string): Promise<unknown>;
  /** When nothing is being saved or restored any more, however it ended. */
  settled(): Promise<unknown>;
};

export function openSnapshotDoor(host: SnapshotHost): SnapshotDoor {
  let service: Promise<(request: SnapshotRequest) => Promise<unknown>> | undefined;
  const underWay = new Set<Promise<unknown>>();
  return {
    ask(body) {
      service ??= import('../snapshots/service.ts').then(({ snapshotService }) => snapshotService(host));
      const work = service.then((perform) => perform(JSON.parse(body) as SnapshotRequest));
      underWay.add(work);
      return work.finally(() => underWay.delete(work));
    },
    settled: () => Promise.allSettled(underWay),
  };
}

import { stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { type Finding, ok, type Run } from '../check.ts';
import { nearestFolder } from '../probe.ts';
import { judgeDisk, type Room, size } from '../space.ts';

const RANK = { ok: 0, skipped: 0, warning: 1, problem: 2 } as const;

/** Free space where the project and temporary files are. */
export const run: Run = async ({ project }) => {
  const places = [
    // Where the state is, which may have been moved to another disk.
    { name: 'the project', folder: nearestFolder(project.stateDir) },
    { name: 'temporary files', folder: nearestFolder(tmpdir()) },
  ];
  const [first, second] = await Promise.all(
    places.map(async (place) => {
      const [disk, { dev }] = await Promise.all([statfs(place.folder), stat(place.folder)]);
      // Some file systems make files as they go, and count none.
      const room: Room = { bytes: disk.bavail * disk.bsize, files: disk.files > 0 ? disk.ffree : null };
      return { ...place, dev, room, status: judgeDisk(room) };
    }),
  );
  const looked = [first, second].filter((p) => p !== undefined);
  const worst = looked.reduce((a, b) => (RANK[b.status] > RANK[a.status] ? b : a));
  const free = (p: typeof worst) =>
    `${size(p.room.bytes)}${p.room.files !== null && p.room.files < 10_000 ? ` and room for ${p.room.files} files` : ''}`;
  if (worst.status === 'ok') {
    const same = first?.dev === second?.dev;
    return ok(
      looked
        .slice(0, same ? 1 : 2)
        .map((p) => `${free(p)} are free for ${p.name}.`)
        .join(' '),
    );
  }
  return {
    status: worst.status,
    says: `Only ${free(worst)} are free for ${worst.name}.`,
    detail: [`Make room on the disk that holds ${worst.folder}.`],
  } satisfies Finding;
};

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder itself, or the nearest one above it that is there: where it would be made. */
export function nearestFolder(path: string): string {
  for (let folder = path; ; folder = dirname(folder))
    if (existsSync(folder) || dirname(folder) === folder) return folder;
}

const PREFIX = '.sahara-doctor-';

/** True of the name of a folder in which a doctor, perhaps another one, is trying something out. */
export const isProbe = (name: string): boolean => name.startsWith(PREFIX);

/** A folder to try something out in, gone afterwards. */
export async function withProbe<T>(folder: string, act: (probe: string) => Promise<T> | T): Promise<T> {
  const probe = mkdtempSync(join(folder, PREFIX));
  try {
    return await act(probe);
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

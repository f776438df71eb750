import type { CheckStatus } from './check.ts';

const MB = 1024 ** 2;

/** Room on a disk. `files` is null where the file system has no limit of its own for the number of files. */
export type Room = { bytes: number; files: number | null };

/** Less than 100 MB, or hardly a file more, will fail soon; less than 1 GB may. */
export function judgeDisk({ bytes, files }: Room): CheckStatus {
  if (bytes < 100 * MB || (files !== null && files < 100)) return 'problem';
  return bytes < 1024 * MB || (files !== null && files < 10_000) ? 'warning' : 'ok';
}

/** Memory that could be had now, in bytes: the devnet takes about 250 MB. */
export function judgeMemory(bytes: number): CheckStatus {
  if (bytes < 128 * MB) return 'problem';
  return bytes < 512 * MB ? 'warning' : 'ok';
}

/** A number of bytes for people: "1.5 GB". */
export function size(bytes: number): string {
  if (bytes >= 1000 * MB) return `${(bytes / 1024 / MB).toFixed(1)} GB`;
  return bytes >= MB ? `${Math.floor(bytes / MB)} MB` : `${Math.floor(bytes / 1024)} kB`;
}

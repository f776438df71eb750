import { SaharaError } from '../base/errors.ts';
import { usageError } from './usage.ts';

/** What the system says of a path that can lead nowhere. */
const UNUSABLE = new Set([
  'ENAMETOOLONG',
  'ELOOP',
  'ENOTDIR',
  'EISDIR',
  'EEXIST',
  'EINVAL',
  'ENXIO',
  'ERR_INVALID_ARG_VALUE',
]);

/**
 * Whatever was thrown, as an error of the table: oclif's parse errors become usage errors, an abort
 * becomes an interruption, system errors that a user can mend keep their meaning, the rest is a bug.
 */
export function foreseen(error: unknown, command: string, signal: AbortSignal): SaharaError {
  if (signal.aborted || (error as { code?: string })?.code === 'ABORT_ERR')
    return new SaharaError(
      'INTERRUPTED',
      { signal: String(signal.reason ?? 'SIGINT') },
      { cause: error },
    ) as SaharaError;
  const known = wrapped(error);
  if (known) return known;
  const e = error as { oclif?: { exit?: number }; code?: string; path?: string; message?: string };
  if (e?.oclif && e.oclif.exit !== undefined && e.oclif.exit !== 0)
    return usageError(error, command) as SaharaError;
  if (e?.code === 'ENOSPC')
    return new SaharaError('DISK_FULL', { path: e.path ?? null }, { cause: error }) as SaharaError;
  // A folder that cannot be made on a read-only disk is reported as missing.
  const unmakeable = e?.code === 'ENOENT' && (e as { syscall?: string }).syscall === 'mkdir';
  // Node's own removal of folders gives no code for it.
  if (e?.code === '' && /read-only file system/i.test(e.message ?? '')) e.code = 'EROFS';
  if (e?.code === 'EACCES' || e?.code === 'EPERM' || e?.code === 'EROFS' || unmakeable)
    return new SaharaError(
      'FILE_DENIED',
      { path: e.path ?? '?', reason: e.code ?? 'ENOENT' },
      { cause: error },
    ) as SaharaError;
  if (e?.code === 'ENOENT' && (e as { syscall?: string }).syscall === 'uv_cwd')
    return new SaharaError('FOLDER_GONE', {}, { cause: error }) as SaharaError;
  if (e?.path !== undefined && UNUSABLE.has(e.code ?? ''))
    return new SaharaError(
      'PATH_UNUSABLE',
      { path: e.path, reason: e.code ?? '' },
      { cause: error },
    ) as SaharaError;
  const message = e?.message ?? String(error);
  return new SaharaError(
    'INTERNAL',
    { message: message.split('\n')[0] ?? message },
    { cause: error },
  ) as SaharaError;
}

/** An error of ours, also where a library that it passed through has made others around it. */
function wrapped(error: unknown): SaharaError | undefined {
  let inner = error as { cause?: unknown } | null | undefined;
  for (let depth = 0; depth < 10 && inner; depth++) {
    if (inner instanceof SaharaError) return inner as SaharaError;
    inner = inner.cause as typeof inner;
  }
  return undefined;
}

import { SaharaError } from '../base/errors.ts';

/** How the chain of a fork says that its network did not tell what it was asked for. */
export const originWords = (url: string, reason: string): string =>
  `the network of this fork, ${url}, does not answer: ${reason} (SAH-2048)`;

/** The same as an error of ours, found in what a chain says; undefined where it says something else. */
export function originError(message: string): SaharaError<'FORK_ORIGIN_UNREACHABLE'> | undefined {
  const [, url, reason] =
    /the network of this fork, (\S+), does not answer: (.*?) \(SAH-2048\)/.exec(message) ?? [];
  return url && reason ? new SaharaError('FORK_ORIGIN_UNREACHABLE', { url, reason }) : undefined;
}

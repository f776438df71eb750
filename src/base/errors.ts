import type { ErrorKind, ErrorRow, NextStep } from './error-types.ts';
import { assetErrors } from './errors-table/assets.ts';
import { batchErrors } from './errors-table/batch.ts';
import { chainErrors } from './errors-table/chain.ts';
import { cliErrors } from './errors-table/cli.ts';
import { configErrors } from './errors-table/config.ts';
import { contentErrors } from './errors-table/content.ts';
import { devnetErrors } from './errors-table/devnet.ts';
import { executionErrors } from './errors-table/execution.ts';
import { licensingErrors } from './errors-table/licensing.ts';
import { networkErrors } from './errors-table/networks.ts';
import { provenanceErrors } from './errors-table/provenance.ts';
import { remoteErrors } from './errors-table/remotes.ts';
import { revenueErrors } from './errors-table/revenue.ts';
import { simulationErrors } from './errors-table/simulation.ts';
import { snapshotErrors } from './errors-table/snapshots.ts';
import { timeAndForkErrors } from './errors-table/time-and-forks.ts';
import { upgradeErrors } from './errors-table/upgrade.ts';

export type { ErrorKind, ErrorRow, NextStep } from './error-types.ts';

/** Every error the toolkit can raise on purpose. Messages, `explain` and the docs are all made from it. */
export const ERRORS = {
  ...cliErrors,
  ...configErrors,
  ...devnetErrors,
  ...upgradeErrors,
  ...snapshotErrors,
  ...chainErrors,
  ...networkErrors,
  ...contentErrors,
  ...remoteErrors,
  ...provenanceErrors,
  ...assetErrors,
  ...licensingErrors,
  ...revenueErrors,
  ...simulationErrors,
  ...timeAndForkErrors,
  ...executionErrors,
  ...batchErrors,
};

export type ErrorName = keyof typeof ERRORS;
export type ErrorParams<N extends ErrorName> = (typeof ERRORS)[N] extends ErrorRow<infer P> ? P : never;

/**
 * A failure that the toolkit foresaw. Anything else that is thrown is a bug in the toolkit.
 *
 * @example throw new SaharaError('FILE_EMPTY', { path: 'data.csv' })
 */
export class SaharaError<N extends ErrorName = ErrorName> extends Error {
  override readonly name = 'SaharaError';
  readonly id: N;
  readonly code: string;
  readonly kind: ErrorKind;
  readonly why: string;
  readonly fix: string;
  readonly next: NextStep[];
  readonly retryable: boolean;
  /** The particulars, as plain JSON-able values. */
  readonly params: ErrorParams<N>;

  constructor(id: N, params: ErrorParams<N>, options?: { cause?: unknown }) {
    const r = ERRORS[id] as unknown as ErrorRow<ErrorParams<N>>;
    super(r.what(params), options);
    this.id = id;
    this.code = r.code;
    this.kind = r.kind;
    this.why = r.why;
    this.fix = r.fix;
    this.next = r.next?.(params) ?? [];
    this.retryable = r.retryable ?? false;
    this.params = params;
  }
}

/** True when `error` is the named foreseen failure. */
export function isError<N extends ErrorName>(error: unknown, id: N): error is SaharaError<N> {
  return error instanceof SaharaError && error.id === id;
}

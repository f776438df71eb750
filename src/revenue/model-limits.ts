/** The vault's own constants: a test compares them with those on a chain. */

/** Settlement moves multiples of this many wei, so that every basis point share is a whole number. */
export const QUANTUM = 10_000n;
/** Basis points in a whole. */
export const BPS = 10_000n;
/** The vault's limit of its own fee. */
export const MAX_FEE_BPS = 1_000;
/** Most relations that a version can have. */
export const MAX_PARENTS = 64;
/** Most ancestors to whom a version can owe a part of its direct payments, inherited obligations included. */
export const MAX_OBLIGATIONS = 16;
/** Ceilings are kept on chain in gwei: whole multiples of this many wei. */
export const CEILING_STEP = 10n ** 9n;
/** The highest ceiling that the chain can keep, in wei. */
export const MAX_CEILING = ((1n << 64n) - 1n) * CEILING_STEP;
/**
 * The most that may ever be paid in, wei, so that the vault's 88-bit counts of quanta cannot overflow: each
 * wei passes through a version at most once. About 3 trillion SAHARA.
 */
export const MAX_PAID_IN = ((1n << 88n) - 1n) * QUANTUM;

/** How long a transaction is waited for, and the number that another process holds. Milliseconds. */
export const PATIENCE_MS = 180_000;

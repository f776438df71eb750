export { OPERATIONS } from './operations.ts';
export { type ParseOptions, parseBatch } from './parse.ts';
export { type BatchOptions, DEFAULT_CHUNK, digestOf, runBatch } from './run-batch.ts';
export type { BatchItem, BatchResult, ItemError, ItemResult, ItemStatus, OperationName } from './types.ts';

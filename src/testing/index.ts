export { CONTRACTS } from '../chain/contracts.ts';
export type { CommandFailure, RunOptions } from './run-command.ts';
export { type Snapshot, startDevnet, type TestDevnet, type TestDevnetOptions } from './test-devnet.ts';
export { withDevnet } from './with-devnet.ts';

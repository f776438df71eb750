export { liveDevnet } from './live.ts';
export type { LiveState, ProcessIdentity } from './live-state.ts';
export { LOG_NAMES, type LogName, readLogs } from './logs.ts';
export { DEFAULT_DEVNET, type DevnetPaths, devnetPaths } from './paths.ts';
export { type Started, type StartOptions, startDevnet } from './start.ts';
export { type DevnetStatus, devnetStatus } from './status.ts';
export { resetDevnet, stopDevnet } from './stop.ts';
export type { ServiceHealth } from './supervisor-client.ts';
export { toolkitRoot } from './toolkit.ts';

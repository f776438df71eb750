export { advanceTime, type DevnetClock, type MovedClock, readClock } from './time/clock.ts';
export { MAX_BLOCKS, type MinedBlocks, type MineOptions, mineBlocks } from './time/mine.ts';
export { momentText, parseTimeTarget, spanText, type TimeTarget } from './time/span.ts';

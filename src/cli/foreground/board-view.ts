import { readLogs } from '../../devnet/logs.ts';
import { type BoardScreen, openBoard } from '../ui/devnet-board.tsx';
import { type Actions, devnetActions } from './actions.ts';
import { type BoardEvent, emptyBoard, reduce } from './board.ts';
import { boardLines } from './board-lines.ts';
import type { BoardKey } from './keys.ts';
import { createChainReader } from './read-chain.ts';
import type { View, ViewOptions } from './view.ts';

/** How often what only time changes is drawn, and logs are read while they are shown. Milliseconds. */
const TICK_MS = 1000;
/** A busy chain is read no more often than this. Milliseconds. */
const READ_MS = 1000;
/** Lines of each log that are read; how many of them are shown is the screen's matter. */
const LOG_LINES = 40;

/** The dashboard: the chain is read when it has blocks that were not there before, and else nothing is asked. */
export async function openBoardView(
  { live, isGuest, stateDir, leave }: ViewOptions,
  actions: Actions = devnetActions({ stateDir }),
): Promise<View> {
  let board = emptyBoard(live, isGuest);
  let read = createChainReader(live.chain);
  let isClosed = false;
  let screen: BoardScreen | undefined;
  const hasKeys = process.stdin.isTTY === true;
  const known: BoardKey[] = [...(actions.snapshot ? (['s'] as const) : []), 'm', 'f', 'l', '?', 'q'];
  const keys = hasKeys ? known : [];

  const happened = (event: BoardEvent) => {
    board = reduce(board, event);
    if (!isClosed) screen?.draw();
  };
  const readings = inTurns(READ_MS, async () => {
    const news = await read().catch(() => undefined);
    if (!news) {
      happened({ type: 'silent' });
      readings.wanted();
    } else if (board.isSilent || news.isAnew || news.blocks.length > 0) happened({ type: 'chain', news });
  });
  const showLogs = () => {
    const logs = readLogs(stateDir, { lines: LOG_LINES, name: live.name });
    happened({ type: 'logs', logs });
  };
  let isActing = false;
  const act = async (doing: string, work: (() => Promise<string>) | undefined) => {
    if (isActing || !work) return;
    isActing = true;
    happened({ type: 'message', message: { text: doing, tone: 'busy' } });
    try {
      happened({ type: 'message', message: { text: await work(), tone: 'good' } });
    } catch (error) {
      happened({ type: 'message', message: { text: (error as Error).message, tone: 'bad' } });
    } finally {
      isActing = false;
    }
  };
  const pressed = (key: string) => {
    const { snapshot } = actions;
    if (key === 'q' || key === 'C-c') leave(key);
    else if (key === 'm') void act('Mining a block', () => actions.mine(board.live));
    else if (key === 'f') void act('Setting the clock a day forward', () => actions.forward(board.live));
    else if (key === 's') void act('Saving a snapshot', snapshot && (() => snapshot(board.live)));
    else if (key === '?') happened({ type: 'page', page: 'help' });
    else if (key === 'l') {
      happened({ type: 'page', page: 'logs' });
      if (board.page === 'logs') showLogs();
    }
  };
  const opened = await openBoard(
    (columns, rows) => boardLines(board, { columns, rows, now: Date.now(), keys }),
    pressed,
  );
  screen = opened;
  const tick = setInterval(() => (board.page === 'logs' ? showLogs() : opened.draw()), TICK_MS);
  readings.wanted();
  return {
    tell(happening) {
      if (happening.type === 'blocks') return readings.wanted();
      const wasChain = board.live.chain.instanceId;
      happened(happening);
      // Each anvil that is started is another chain to talk to.
      if (board.live.chain.instanceId !== wasChain) {
        read = createChainReader(board.live.chain);
        readings.wanted();
      }
    },
    async close() {
      isClosed = true;
      clearInterval(tick);
      readings.close();
      await opened.close();
    },
  };
}

/** Work that is done when it is wanted, one at a time, and not sooner than so long after it was done before. */
export function inTurns(restMs: number, work: () => Promise<void>): { wanted(): void; close(): void } {
  let state: 'idle' | 'busy' | 'wanted' = 'idle';
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const begin = async () => {
    state = 'busy';
    await work();
    if (isClosed) return;
    timer = setTimeout(() => {
      const isWanted = state === 'wanted';
      state = 'idle';
      if (isWanted) void begin();
    }, restMs);
  };
  return {
    wanted() {
      if (isClosed) return;
      if (state === 'idle') void begin();
      else if (state === 'busy') state = 'wanted';
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

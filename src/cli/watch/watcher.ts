import { carryOverHttp } from '../../chain/carry-http.ts';
import { createJsonRpc } from '../../chain/json-rpc.ts';
import { headOver, overviewOver } from '../../chain/overview.ts';
import type { LiveState } from '../../devnet/live-state.ts';
import { type DevnetStatus, devnetStatus } from '../../devnet/status.ts';
import { type ChainAnswer, type DevnetGlance, glanceOf, type Mark, paceOf, withMark } from './glance.ts';

/** A chain that has not answered by then is shown as silent. Milliseconds. */
const PATIENCE_MS = 1000;

export type Look = { status: DevnetStatus; glance: DevnetGlance };

/** Looks at a devnet, as often as it is called; what does not answer is part of what it sees, and nothing is thrown. */
export function createWatcher(stateDir: string, name: string): () => Promise<Look> {
  let chain: ReturnType<typeof watchChain> | undefined;
  let marks: Mark[] = [];
  return async () => {
    const status = await devnetStatus(stateDir, name).catch(
      (): DevnetStatus => ({ state: 'stopped', hasSavedChain: false }),
    );
    const live = status.state === 'running' ? status.live.chain : undefined;
    // Each start of a devnet, and each anvil that it starts, is another chain to talk to.
    if (chain?.instanceId !== live?.instanceId) {
      chain = live && watchChain(live);
      marks = [];
    }
    const answer = (await chain?.ask().catch(() => null)) ?? null;
    if (answer) marks = withMark(marks, { at: performance.now(), number: answer.head.number });
    const moment = { at: Date.now(), blocksPerMinute: answer && paceOf(marks) };
    return { status, glance: glanceOf(status, answer, moment) };
  };
}

function watchChain({ instanceId, rpcUrl }: LiveState['chain']) {
  // Not over the Unix socket: a question that hangs there keeps the process for a minute.
  const rpc = createJsonRpc(rpcUrl, carryOverHttp(rpcUrl, PATIENCE_MS));
  let known: ChainAnswer | undefined;
  const ask = async (): Promise<ChainAnswer> => {
    const head = await headOver(rpc);
    // What is on a chain changes with its blocks only.
    known = known?.head.hash === head.hash ? known : { head, holds: await overviewOver(rpc) };
    return known;
  };
  return { instanceId, ask };
}

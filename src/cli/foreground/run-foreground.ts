import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { SaharaError } from '../../base/errors.ts';
import { followDevnet } from '../../devnet/follow.ts';
import type { Happening, ServiceState, StopStep } from '../../devnet/happenings.ts';
import { isAlive } from '../../devnet/process-identity.ts';
import type { Started } from '../../devnet/start.ts';
import { stopDevnet } from '../../devnet/stop.ts';
import { callSupervisor } from '../../devnet/supervisor-client.ts';
import { takeSignals } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { type Told, type View, type ViewOptions, wantsBoard } from './view.ts';

/** Who wants to leave at once waits no longer than this for the supervisor to hear of it. Milliseconds. */
const HURRY_MS = 300;
/** A process that was killed closes its connections some time before it is gone. Milliseconds. */
const DYING_MS = 2000;

export type ForegroundOptions = {
  started: Started;
  stateDir: string;
  output: Output;
};

/** How a devnet left the foreground. */
export type Left = {
  /** `running`: it goes on. `stopped`: by us. `stopped-elsewhere`: somebody else stopped it. */
  devnet: 'running' | 'stopped' | 'stopped-elsewhere';
  exitCode: number;
};

type Wish = { key: 'q' | 'C-c' } | { signal: NodeJS.Signals };

const STEPS: Readonly<Record<StopStep, string>> = {
  save: 'Saving the chain',
  content: 'Stopping the content node',
  chain: 'Stopping the chain',
};

/**
 * Keeps a devnet in the foreground until somebody leaves, by a key or a signal, or it ends. Whoever has started it stops
 * it by leaving; where it ran already it goes on running.
 *
 * @throws DEVNET_DIED when it ends and nobody had asked it to; CHAIN_NOT_SAVED, DEVNET_BUSY when it cannot be stopped
 * @throws DEVNET_UNFOLLOWED
 */
export async function runForeground({ started, stateDir, output }: ForegroundOptions): Promise<Left> {
  const { live, alreadyRunning: isGuest } = started;
  const wishes = Promise.withResolvers<Wish>();
  let isStopping = false;
  const wish = (wanted: Wish) => {
    // Ctrl-C once more: what is under way is left to the supervisor.
    if (isStopping) void endAtOnce(started, codeOf(wanted));
    else wishes.resolve(wanted);
  };
  const letGo = takeSignals((signal) => wish({ signal }));
  // A terminal that is closed can neither be read nor written.
  process.stdin.on('error', ignore);
  let services: readonly ServiceState[] = [];
  let view: View | undefined;
  /** What happens while the view is being opened. */
  const untold: Told[] = [];
  const told = (happening: Told) => {
    if (happening.type === 'services') services = happening.services;
    if (happening.type === 'stopping') sayStep(output, happening.step, view === undefined);
    if (view) view.tell(happening);
    else untold.push(happening);
  };
  try {
    const following = await followDevnet(live, told);
    view = await openView({ live, isGuest, stateDir, output, leave: (key) => wish({ key }) });
    for (const happening of untold.splice(0)) view.tell(happening);
    const end = await Promise.race([wishes.promise, following.ended.then((ended) => ({ ended }))]);
    isStopping = 'key' in end || 'signal' in end;
    const closing = view;
    view = undefined;
    await closing.close().catch(ignore);
    if ('ended' in end) return await leftBy(live, end.ended, services);
    const exitCode = codeOf(end);
    if (isGuest) {
      following.leave();
      return { devnet: 'running', exitCode };
    }
    if (exitCode !== 0 && isatty(2)) output.note('Stopping; press Ctrl-C again to stop at once.');
    await stopDevnet(stateDir, live.name);
    return { devnet: 'stopped', exitCode };
  } finally {
    await view?.close().catch(ignore);
    letGo();
    process.stdin.off('error', ignore);
  }
}

async function openView(options: ViewOptions): Promise<View> {
  if (wantsBoard(options.output)) return (await import('./board-view.ts')).openBoardView(options);
  return (await import('./plain-view.ts')).openPlainView(options);
}

/** On a dashboard its heading says so. */
function sayStep(output: Output, step: StopStep, isPlain: boolean): void {
  if (output.format === 'ndjson') output.event({ type: 'stopping', step });
  else if (isPlain || !wantsBoard(output)) output.note(STEPS[step]);
}

async function leftBy(
  { name, supervisor }: Started['live'],
  ended: (Happening & { type: 'ended' }) | undefined,
  services: readonly ServiceState[],
): Promise<Left> {
  if (ended?.exitCode === 0) return { devnet: 'stopped-elsewhere', exitCode: 0 };
  for (const until = Date.now() + DYING_MS; !ended && isAlive(supervisor); ) {
    if (Date.now() > until)
      throw new SaharaError('DEVNET_UNFOLLOWED', { name, reason: 'its supervisor broke off the connection' });
    await new Promise((r) => setTimeout(r, 10));
  }
  throw new SaharaError('DEVNET_DIED', {
    name,
    reason: ended?.reason ?? 'its supervisor was killed',
    lastLines: services.flatMap(({ lastLines }) => lastLines),
  });
}

const codeOf = (wish: Wish): number => {
  if ('key' in wish) return wish.key === 'q' ? 0 : 128 + constants.signals.SIGINT;
  return 128 + constants.signals[wish.signal];
};

/** The supervisor is told to end without a checkpoint, which costs nothing that was acknowledged; nobody waits for it. */
async function endAtOnce({ live, alreadyRunning }: Started, exitCode: number): Promise<never> {
  if (!alreadyRunning) {
    const heard = await callSupervisor(live.socket, 'POST', '/end', HURRY_MS);
    if (!heard && isAlive(live.supervisor)) process.kill(live.supervisor.pid, 'SIGTERM');
  }
  process.exit(exitCode);
}

function ignore(): void {}

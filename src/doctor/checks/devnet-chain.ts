import { RpcRefusal, rpc } from '../ask.ts';
import { ok, problem, type Run, skipped } from '../check.ts';
import { configOf, devnetOf } from '../shared.ts';

const RESTART = [
  { command: 'sahara devnet logs', when: 'to see what it says' },
  { command: 'sahara devnet stop && sahara devnet start', when: 'to start it again; everything is kept' },
];

/** What answers on the devnet's port is its own chain, with the id that the settings expect. */
export const run: Run = async (env) => {
  const status = await devnetOf(env);
  if (status.state !== 'running') return skipped('The devnet is not running.');
  const { rpcUrl, chainId, instanceId } = status.live.chain;
  let found: number;
  let instance: string | undefined;
  try {
    const [id, metadata] = await Promise.all([
      rpc<string>(rpcUrl, 'eth_chainId', [], env.signal),
      rpc<{ instanceId: string }>(rpcUrl, 'anvil_metadata', [], env.signal).catch(ifRefused),
    ]);
    found = Number(id);
    instance = metadata?.instanceId;
  } catch (error) {
    return problem(`The devnet’s chain at ${rpcUrl} does not answer: ${(error as Error).message}.`, {
      remedy: RESTART,
    });
  }
  if (instance !== instanceId)
    return problem(`What answers at ${rpcUrl} is not this devnet’s chain.`, {
      detail: ['Another program took the port.'],
      remedy: RESTART,
    });
  if (found !== chainId)
    return problem(`The devnet’s chain has the id ${found}; it was started with ${chainId}.`, {
      remedy: RESTART,
    });
  const config = await configOf(env).then(
    (l) => l.config,
    () => undefined,
  );
  if (config && config.rpcUrl === null && config.chainId !== found)
    return problem(`The devnet’s chain has the id ${found}; the settings expect ${config.chainId}.`, {
      remedy: [{ command: 'sahara config show', when: 'to see where chainId comes from' }],
    });
  return ok(`The chain answers, with id ${found}.`);
};

/** Another kind of chain refuses the call; one that is slow to answer, or gone, is no other chain. */
function ifRefused(error: Error): undefined {
  if (error instanceof RpcRefusal) return undefined;
  throw error;
}

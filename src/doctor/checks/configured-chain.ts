import { rpc } from '../ask.ts';
import { ok, problem, type Run, skipped } from '../check.ts';
import { configOf } from '../shared.ts';

/** A chain that the settings name answers, and is the one they mean. */
export const run: Run = async (env) => {
  const loaded = await configOf(env).catch(() => undefined);
  if (!loaded) return skipped('The settings cannot be read.');
  const { rpcUrl, chainId } = loaded.config;
  if (rpcUrl === null) return skipped('The settings name no other chain than the devnet’s.');
  const from = `It is set by ${loaded.origins['rpcUrl']}.`;
  try {
    const found = Number(await rpc<string>(rpcUrl, 'eth_chainId', [], env.signal));
    if (found === chainId) return ok(`The chain at ${rpcUrl} answers, with id ${chainId}.`);
    return problem(`The chain at ${rpcUrl} has the id ${found}; the settings expect ${chainId}.`, {
      detail: [from],
      remedy: [
        { command: 'sahara config show', when: 'to see rpcUrl and chainId, and where they come from' },
      ],
    });
  } catch (error) {
    return problem(`The chain at ${rpcUrl} does not answer: ${(error as Error).message}.`, {
      detail: [from, 'Every command that reads the chain uses it instead of the devnet.'],
      remedy: [{ command: 'sahara config show', when: 'to see where rpcUrl comes from' }],
    });
  }
};

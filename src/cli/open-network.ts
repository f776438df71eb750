import type { Logger, Progress } from '../base/progress.ts';
import type { Chain } from '../chain/index.ts';
import { sendingOf } from './approve.ts';
import type { Output } from './output.ts';
import type { Session } from './session.ts';

type Opening = {
  session: Session;
  output: Output;
  progress: Progress;
  logger: Logger;
  signal: AbortSignal;
  yes: boolean;
};

/** A network by its name, whether the protocol is there or not. @throws NETWORK_UNKNOWN, CHAIN_UNREACHABLE, CHAIN_WRONG */
export async function openNetwork(
  { session, ...asking }: Opening,
  name: string,
): Promise<{ chain: Chain; coin: string }> {
  const [{ findNetwork }, { openChain }, config] = await Promise.all([
    import('../config/index.ts'),
    import('../chain/index.ts'),
    session.config(),
  ]);
  const { rpcUrl, chainId, coin } = findNetwork(config.networks, name);
  const sending = sendingOf(
    session.project.stateDir,
    { ...config, network: name, chainId },
    asking,
    session.untilReported,
  );
  const chain = await openChain({ rpcUrl, chainId, instanceId: null, sending, needsProtocol: false });
  return { chain, coin };
}

import { join } from 'node:path';
import { formatSahara } from '../base/amount.ts';
import { SaharaError } from '../base/errors.ts';
import type { Logger, Progress } from '../base/progress.ts';
import type { Cost, Sending } from '../chain/client.ts';
import { describeNetwork } from '../config/networks.ts';
import { confirm } from './confirm.ts';
import type { Output } from './output.ts';

export type Approving = {
  output: Pick<Output, 'format' | 'note'>;
  progress: Progress;
  signal: AbortSignal;
  /** --yes was given. */
  yes: boolean;
  /** What the native coin is called. */
  coin: string;
  /** The network as people know it. */
  network: string;
};

/** How a command sends on a network that is no devnet: it asks first, and notes down what it has sent. */
export function sendingOf(
  stateDir: string,
  config: Parameters<typeof describeNetwork>[0],
  asking: Omit<Approving, 'coin' | 'network'> & { logger: Logger },
  untilReported: (forget: () => void) => void,
): Sending {
  return {
    outbox: join(stateDir, 'outbox'),
    untilReported,
    tell: (message) => asking.logger.warn(message),
    approve: (cost) => approve(cost, { ...asking, ...describeNetwork(config) }),
  };
}

/** What a transaction costs, in words: "about 0.00012 SAHARA for gas (81234 x 1.5 gwei), at most 0.0002". */
export function costText({ gas, gasPrice, maxGasPrice, value }: Omit<Cost, 'what'>, coin: string): string {
  const [about, most] = [formatSahara(gas * gasPrice), formatSahara(gas * maxGasPrice)];
  const sent = value > 0n ? `; ${formatSahara(value)} ${coin} go along` : '';
  return `about ${about} ${coin} for gas (${gas} x ${gwei(gasPrice)} gwei), at most ${most}${sent}`;
}

function gwei(wei: bigint): string {
  return formatSahara(wei * 10n ** 9n);
}

/** Shows what a transaction costs, and asks. @throws COST_UNCONFIRMED; then nothing was sent */
export async function approve({ what, ...cost }: Cost, approving: Approving): Promise<void> {
  const { output, progress, signal, yes, coin, network } = approving;
  const text = costText(cost, coin);
  if (yes) {
    output.note(`${what} on ${network}: ${text}.`);
    return;
  }
  // A line that is drawn again and again would go over the question.
  progress.done();
  const answer = await confirm({ output, signal }, `${what} on ${network}: ${text}. Send it?`);
  if (answer !== 'yes') throw new SaharaError('COST_UNCONFIRMED', { what, cost: text, network });
}

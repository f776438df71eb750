import type { Output } from './output.ts';
import { canAsk, openPrompter } from './prompts.ts';

export type Answer = 'yes' | 'no' | 'no-terminal';

/** Asks a yes/no question on the terminal; anything but yes is no. @throws INTERRUPTED on Ctrl-C */
export async function confirm(
  { output, signal }: { output: Pick<Output, 'format'>; signal: AbortSignal },
  message: string,
): Promise<Answer> {
  if (!canAsk(output.format)) return 'no-terminal';
  const prompter = await openPrompter(signal);
  return (await prompter.yesNo({ message })) ? 'yes' : 'no';
}

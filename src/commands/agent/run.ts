import { Args, Flags } from '@oclif/core';
import type { Asked } from '../../assets/index.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';

export default class AgentRun extends SaharaCommand<typeof AgentRun, Asked> {
  static override summary = 'Let an agent answer a question with the model that it uses.';
  static override description =
    'The agent runs under Node’s permission model: it reads its own folder, the model and the toolkit, writes nothing and starts nothing.';
  static override examples = [
    '<%= config.bin %> agent run --once "bill 39.1 x 18.7 mm, flipper 181 mm, 3750 g"',
    '<%= config.bin %> agent run penguin-guide --once "bill 50 x 15 mm, flipper 220 mm, 5.2 kg" --json',
  ];
  static override args = { dir: Args.string({ description: 'Folder of the agent.', default: '.' }) };
  static override flags = {
    ...accountFlag,
    once: Flags.string({ description: 'The question.', required: true, helpValue: 'QUESTION' }),
  };

  override async execute({
    args,
    flags,
    output,
    session,
  }: Invocation<typeof AgentRun>): Promise<Outcome<Asked>> {
    const [{ askAgent }, { dim, safe }] = await Promise.all([
      import('../../assets/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const data = await askAgent(await session.signing('operator'), args.dir, flags.once, {
      onOutput: (line) => output.note(`  ${safe(line)}`),
    });
    return {
      data,
      text: `${safe(data.answer.text)}\n${dim(`${data.agent} with ${data.model}, ${data.durationMs} ms`)}`,
    };
  }
}

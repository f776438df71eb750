import { Args, Flags } from '@oclif/core';
import { formatBytes } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';
import type { Added } from '../../content/index.ts';

export default class ContentAdd extends SaharaCommand<typeof ContentAdd, Added> {
  static override summary = 'Upload a folder or file to the content node, and pin it.';
  static override description =
    'The address is worked out first and the node gets only what it lacks. Done a second time it sends nothing. Nothing is registered on the chain: that is what publish is for.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> content add penguins/content',
    '<%= config.bin %> content add model.onnx --name classifier-2026',
  ];
  static override args = {
    path: Args.string({ description: 'A folder or a file.', required: true }),
  };
  static override flags = {
    ...dryRunFlag,
    ...remoteFlag,
    name: Flags.string({ description: 'Name of the pin (default: that of the folder or file).' }),
  };

  override async execute({
    args,
    flags,
    session,
    signal,
    progress,
    logger,
  }: Invocation<typeof ContentAdd>): Promise<Outcome<Added>> {
    const [{ addPath }, { hashedText, hiddenWarning, onRemote }, { oneLine }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../cli/ui/content-text.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const { name } = flags;
    const on = onRemote(flags.remote);
    const dryRun = flags['dry-run'];
    const data = await addPath(await session.content(flags.remote), args.path, {
      ...{ signal, progress, logger, dryRun },
      ...(name === undefined ? {} : { name }),
    });
    if (data.hidden.length > 0) logger.warn(hiddenWarning(data.hidden));
    const done = !data.changed
      ? 'It was there already; nothing was sent.'
      : dryRun
        ? `Would send ${data.sentBytes === null ? 'what the remote lacks' : formatBytes(data.sentBytes)}, and pin it as ${oneLine(data.name)}.`
        : data.sentBytes
          ? `Sent ${formatBytes(data.sentBytes)}, and pinned it as ${oneLine(data.name)}.`
          : `Nothing had to be sent; it is pinned as ${oneLine(data.name)}.`;
    return {
      data,
      // Where there is nothing to do, to do it for real is no next step.
      ...(data.changed ? {} : { dryRun }),
      text: () =>
        `${hashedText({ ...data, hidden: [] })}\n\n${done}${data.url && !dryRun ? `\n${data.url}` : ''}`,
      next: [
        data.kind === 'folder'
          ? { command: `sahara content ls ${data.cid}${on}`, when: 'to list it' }
          : { command: `sahara content cat ${data.cid}${on}`, when: 'to read it' },
        { command: `sahara content ls${on}`, when: 'to see all that is pinned' },
      ],
    };
  }
}

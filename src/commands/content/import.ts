import { Args, Flags } from '@oclif/core';
import { formatBytes } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';
import type { Imported } from '../../content/index.ts';

export default class ContentImport extends SaharaCommand<typeof ContentImport, Imported> {
  static override summary = 'Take the content of a CAR file into the content node.';
  static override description =
    'The archive is checked as a whole before anything is sent: every block against its address, and whether all that its roots need is there. An archive that is cut short, damaged or incomplete sends nothing.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> content import penguins.car',
    '<%= config.bin %> content import penguins.car --no-pin --dry-run',
  ];
  static override args = {
    file: Args.string({ description: 'The archive (CAR, version 1 or 2).', required: true }),
  };
  static override flags = {
    ...dryRunFlag,
    ...remoteFlag,
    pin: Flags.boolean({ description: 'Keep it from garbage collection.', default: true, allowNo: true }),
    name: Flags.string({ description: 'Name of the pin (default: that of the file).' }),
  };

  override async execute({
    args,
    flags,
    session,
    signal,
    progress,
    logger,
  }: Invocation<typeof ContentImport>): Promise<Outcome<Imported>> {
    const [{ importContent }, { counted, onRemote }, { fields }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../cli/ui/content-text.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const { name, pin } = flags;
    const dryRun = flags['dry-run'];
    const data = await importContent(await session.content(flags.remote), args.file, {
      ...{ signal, progress, logger, dryRun, pin },
      ...(name === undefined ? {} : { name }),
    });
    const sent = data.roots.reduce((sum, root) => sum + (root.sentBytes ?? 0), 0);
    const unknown = data.roots.some((root) => root.sentBytes === null);
    const done = dryRun
      ? `The archive is whole and right. Would send ${unknown ? 'what the remote lacks' : formatBytes(sent)}.`
      : sent === 0
        ? 'All of it was there already; nothing was sent.'
        : `Sent ${formatBytes(sent)}.`;
    return {
      data,
      text: () =>
        `${fields(data.roots.map((r) => ['root', `${r.cid}  ${counted(r.blocks, 'block')}, ${r.pinned ? 'pinned' : 'not pinned'}`]))}\n\n${done}`,
      next: data.roots.slice(0, 1).map(({ cid }) => ({
        command: `sahara content ls ${cid}${onRemote(flags.remote)}`,
        when: 'to list it',
      })),
    };
  }
}

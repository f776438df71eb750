import { Args, Flags } from '@oclif/core';
import { formatBytes } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';
import type { Exported } from '../../content/index.ts';

export default class ContentExport extends SaharaCommand<typeof ContentExport, Exported> {
  static override summary = 'Write content to a CAR file: one archive with all of its blocks.';
  static override description =
    'Any IPFS tool reads a CAR (version 1), and content import takes it into another node. Every block is checked; the same content gives the same archive, from whatever node. The file appears complete or not at all.';
  static override writes = ['files'] as const;
  static override examples = [
    '<%= config.bin %> content export bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354 penguins.car',
    '<%= config.bin %> content export bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354 - | sha256sum',
  ];
  static override args = {
    content: Args.string({ description: 'An address, or an address and a path in it.', required: true }),
    file: Args.string({ description: 'The archive to write; - is standard output.', required: true }),
  };
  static override flags = {
    ...dryRunFlag,
    ...remoteFlag,
    force: Flags.boolean({ description: 'Replace the file where it exists.' }),
  };

  override async execute({
    args,
    flags,
    session,
    signal,
    progress,
    output,
  }: Invocation<typeof ContentExport>): Promise<Outcome<Exported>> {
    const [{ exportContent }, { carToStdout }, { counted }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../cli/content-bytes.ts'),
      import('../../cli/ui/content-text.ts'),
    ]);
    const dryRun = flags['dry-run'];
    const toStdout = args.file === '-' && !dryRun;
    const access = await session.content(flags.remote);
    const data = toStdout
      ? await carToStdout(access, args.content, output, signal)
      : await exportContent(access, args.content, args.file, {
          ...{ signal, progress, dryRun, force: flags.force },
        });
    const facts = `${counted(data.blocks, 'block')}, ${formatBytes(data.size)}`;
    return {
      data,
      text: toStdout
        ? ''
        : `${dryRun ? 'Would write' : 'Wrote'} ${data.file}: ${facts}.\nsha256  ${data.sha256}`,
    };
  }
}

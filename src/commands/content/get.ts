import { Args } from '@oclif/core';
import { formatBytes } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';
import type { Fetched } from '../../content/index.ts';

export default class ContentGet extends SaharaCommand<typeof ContentGet, Fetched> {
  static override summary = 'Fetch a folder or file by its address, every block checked.';
  static override description =
    'All of it appears at the destination, or nothing. For the content of an asset, asset get takes its name.';
  static override writes = ['files'] as const;
  static override examples = [
    '<%= config.bin %> content get bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354',
    '<%= config.bin %> content get bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354/data.csv here.csv',
  ];
  static override args = {
    content: Args.string({ description: 'An address, or an address and a path in it.', required: true }),
    dest: Args.string({ description: 'What to make (default: the last name of the path, or the address).' }),
  };
  static override flags = { ...dryRunFlag, ...remoteFlag };

  override async execute({
    args,
    flags,
    session,
    signal,
    progress,
  }: Invocation<typeof ContentGet>): Promise<Outcome<Fetched>> {
    const [{ getContent }, { counted }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../cli/ui/content-text.ts'),
    ]);
    const dryRun = flags['dry-run'];
    const data = await getContent(await session.content(flags.remote), args.content, args.dest, {
      ...{ signal, progress, dryRun },
    });
    const what = data.kind === 'file' ? 'a file' : counted(data.files, 'file');
    return {
      data,
      text: `${dryRun ? 'Would fetch' : 'Fetched'} ${data.cid}: ${what}, ${formatBytes(data.size)}, in ${data.path}.`,
    };
  }
}

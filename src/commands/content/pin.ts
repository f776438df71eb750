import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';
import type { Pinned } from '../../content/index.ts';

export default class ContentPin extends SaharaCommand<typeof ContentPin, Pinned> {
  static override summary = 'Keep content from garbage collection.';
  static override description =
    'All of it has to be in the node: nothing is fetched from elsewhere. With another --name the pin is renamed.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> content pin bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354',
    '<%= config.bin %> content pin bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354 --name penguins',
  ];
  static override args = {
    cid: Args.string({ description: 'An address, as content add prints it.', required: true }),
  };
  static override flags = {
    ...dryRunFlag,
    ...remoteFlag,
    name: Flags.string({ description: 'Name of the pin.' }),
  };

  override async execute({
    args,
    flags,
    session,
    signal,
    progress,
  }: Invocation<typeof ContentPin>): Promise<Outcome<Pinned>> {
    const [{ pinContent }, { onRemote }, { oneLine }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../cli/ui/content-text.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const { name } = flags;
    const dryRun = flags['dry-run'];
    const data = await pinContent(await session.content(flags.remote), args.cid, {
      ...{ signal, progress, dryRun },
      ...(name === undefined ? {} : { name }),
    });
    const as = data.name ? ` as ${oneLine(data.name)}` : '';
    return {
      data,
      // Where there is nothing to do, to do it for real is no next step.
      ...(data.changed ? {} : { dryRun }),
      text: !data.changed
        ? `${data.cid} is pinned${as} already; nothing to do.`
        : `${dryRun ? 'Would pin' : 'Pinned'} ${data.cid}${as}.`,
      next: [
        {
          command: `sahara content stat ${data.cid}${onRemote(flags.remote)}`,
          when: 'to see how large it is and what keeps it',
        },
      ],
    };
  }
}

import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';
import type { Pinned } from '../../content/index.ts';

export default class ContentUnpin extends SaharaCommand<typeof ContentUnpin, Pinned> {
  static override summary = 'Let content go with the next garbage collection.';
  static override description =
    'Nothing is removed yet: that is what content gc does. Content that an asset on the chain is registered with stays pinned, unless --force says that another node keeps it.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> content unpin bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354',
  ];
  static override args = {
    cid: Args.string({ description: 'An address, as content ls lists it.', required: true }),
  };
  static override flags = {
    ...dryRunFlag,
    ...remoteFlag,
    force: Flags.boolean({ description: 'Also where an asset on the chain is registered with it.' }),
  };

  override async execute({
    args,
    flags,
    session,
    signal,
    logger,
  }: Invocation<typeof ContentUnpin>): Promise<Outcome<Pinned>> {
    const [{ unpinContent }, { assertNotNeeded }, { onRemote }, { oneLine }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../assets/registered-content.ts'),
      import('../../cli/ui/content-text.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const access = await session.content(flags.remote);
    const dryRun = flags['dry-run'];
    if (!flags.force) await assertNotNeeded(access, args.cid, () => session.context(), { logger, signal });
    const data = await unpinContent(access, args.cid, { signal, dryRun });
    return {
      data,
      // Where there is nothing to do, to do it for real is no next step.
      ...(data.changed ? {} : { dryRun }),
      text: data.changed
        ? `${dryRun ? 'Would unpin' : 'Unpinned'} ${data.cid}${data.name ? ` (${oneLine(data.name)})` : ''}.`
        : `${data.cid} has no pin; nothing to do.`,
      next: data.changed
        ? [{ command: `sahara content gc --dry-run${onRemote(flags.remote)}`, when: 'to see what would go' }]
        : [],
    };
  }
}

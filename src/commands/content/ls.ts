import { Args } from '@oclif/core';
import { formatBytes } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';
import type { Listed } from '../../content/index.ts';

export default class ContentLs extends SaharaCommand<typeof ContentLs, Listed[]> {
  static override summary = 'List a folder by its address, or all that is pinned.';
  static override examples = [
    '<%= config.bin %> content ls',
    '<%= config.bin %> content ls bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354/data',
    '<%= config.bin %> content ls --fields cid,name',
  ];
  static override args = {
    content: Args.string({ description: 'An address, or an address and a path in it (default: the pins).' }),
  };
  static override flags = { ...remoteFlag };

  override async execute({
    args,
    flags,
    session,
    signal,
  }: Invocation<typeof ContentLs>): Promise<Outcome<Listed[]>> {
    const [{ listContent }, { safe, table }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const data = await listContent(await session.content(flags.remote), args.content, { signal });
    const nothing = args.content === undefined ? 'Nothing is pinned yet.' : 'The folder is empty.';
    return {
      data,
      text: () =>
        data.length === 0
          ? nothing
          : table(
              ['name', 'kind', 'size>', 'cid'],
              data.map((e) => [
                safe(e.name) || '-',
                e.kind,
                e.size === null ? '-' : formatBytes(e.size),
                e.cid,
              ]),
            ),
      next:
        data.length === 0 && args.content === undefined
          ? [{ command: 'sahara content add .', when: 'to add the current folder' }]
          : [],
    };
  }
}

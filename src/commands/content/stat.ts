import { Args } from '@oclif/core';
import { formatBytes } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';
import type { ContentFacts, NodeFacts } from '../../content/index.ts';

type Data = {
  node: NodeFacts;
  /** What was asked about; null without an address. */
  content: ContentFacts | null;
};

export default class ContentStat extends SaharaCommand<typeof ContentStat, Data> {
  static override summary = 'Show the content node, or how large content is and what keeps it.';
  static override examples = [
    '<%= config.bin %> content stat',
    '<%= config.bin %> content stat bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354 --fields content.bytes,content.pin.type',
  ];
  static override args = {
    content: Args.string({ description: 'An address, or an address and a path in it.' }),
  };
  static override flags = { ...remoteFlag };

  override async execute({
    args,
    flags,
    session,
    signal,
    progress,
  }: Invocation<typeof ContentStat>): Promise<Outcome<Data>> {
    const [{ contentFacts, nodeFacts }, { counted }, { fields }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../cli/ui/content-text.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const access = await session.content(flags.remote);
    const content = args.content ? await contentFacts(access, args.content, { signal, progress }) : null;
    const node = await nodeFacts(access, { signal });
    return {
      data: { node, content },
      text: () => {
        if (content === null)
          return fields([
            ['node', `${node.kind} ${node.version}, ${node.api}`],
            ['gateway', node.gateway],
            ['repo', `${counted(node.blocks, 'block')}, ${formatBytes(node.bytes)} on disk`],
            ['pins', node.pins],
          ]);
        const { type, name, through } = content.pin;
        return fields([
          ['cid', content.cid],
          ['kind', content.size === null ? content.kind : `${content.kind}, ${formatBytes(content.size)}`],
          ['blocks', `${content.blocks}, ${formatBytes(content.bytes)}`],
          [
            'pinned',
            type === null
              ? 'no; the next garbage collection takes it'
              : `${type}${name ? `, ${name}` : ''}${through ? ` through ${through}` : ''}`,
          ],
        ]);
      },
    };
  }
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Args } from '@oclif/core';
import type { Published } from '../assets/index.ts';
import { formatBps, formatBytes } from '../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { accountFlag } from '../cli/flags/account.ts';
import { remotesFlag } from '../cli/flags/remote.ts';
import { sendingFlags } from '../cli/flags/sending.ts';

export default class Publish extends SaharaCommand<typeof Publish, Published> {
  static override summary = 'Publish an asset: content, signature, record on chain, terms.';
  static override description =
    'Changed content makes the next version. Unchanged content registers nothing and says so. Stopped half-way, running it again completes it. Runs the build step first when there is no content yet. With --remote it is on those remotes before it is registered.';
  static override writes = ['chain', 'files'] as const;
  static override examples = [
    '<%= config.bin %> publish',
    '<%= config.bin %> publish penguins --account curator',
    '<%= config.bin %> publish penguins --remote pinner',
    '<%= config.bin %> publish penguins --dry-run --json',
  ];
  static override args = { dir: Args.string({ description: 'Folder of the asset.', default: '.' }) };
  static override flags = {
    ...accountFlag,
    ...remotesFlag,
    ...sendingFlags,
  };

  override async execute({
    args,
    flags,
    session,
    logger,
    output,
  }: Invocation<typeof Publish>): Promise<Outcome<Published>> {
    const { build, publish, readManifest } = await import('../assets/index.ts');
    const [{ defaultAccount }, { hiddenWarning }, { fields, safe }] = await Promise.all([
      import('../cli/roles.ts'),
      import('../cli/ui/content-text.ts'),
      import('../cli/ui/text.ts'),
    ]);
    const manifest = await readManifest(args.dir);
    const names = [...new Set(flags.remote ?? [])];
    const remotes = await Promise.all(
      names.map(async (name) => ({ name, store: await session.remote(name) })),
    );
    const context = await session.signing(defaultAccount(manifest.kind));
    if (manifest.build && !flags['dry-run'] && !existsSync(join(args.dir, manifest.content)))
      await build(context, args.dir, { onOutput: (line) => output.note(`  ${safe(line)}`) });
    const data = await publish(context, args.dir, { remotes });
    if (data.hidden.length > 0) logger.warn(hiddenWarning(data.hidden));
    const what = flags['dry-run']
      ? data.changed
        ? `${data.version.label} would be published.`
        : `${data.version.label} is published already; nothing would be registered.`
      : data.changed
        ? `Published ${data.version.label}.`
        : `Nothing has changed: ${data.version.label} is published already, and nothing was registered${data.terms.some((t) => t.attached) ? '; new terms are on offer' : ''}.`;
    return {
      data,
      text: `${what}\n\n${fields([
        ['asset', `${data.asset.id}  ${data.asset.kind} ${data.asset.name}, owned by ${data.asset.owner}`],
        ['release', data.cid ?? undefined],
        ['content', `${data.contentCid}  ${data.files} files, ${formatBytes(data.size)}`],
        [
          'rests on',
          data.relations.map((r) => `${r.type} ${r.asset} (royalty ${formatBps(r.royaltyBps)})`).join(', ') ||
            '-',
        ],
        ['contributors', data.contributors],
        ['terms', data.terms.map((t) => `${t.id}${t.attached ? ' (new)' : ''}`).join(', ') || '-'],
        [
          'remotes',
          data.remotes.map((r) => `${r.name} (${formatBytes(r.sentBytes)} sent)`).join(', ') || undefined,
        ],
        ['transaction', data.tx ?? undefined],
      ])}`,
      next: [
        { command: `sahara asset verify ${data.version.ref}`, when: 'to check it as a stranger would' },
        { command: `sahara market list`, when: 'to see what is on offer' },
      ],
    };
  }
}

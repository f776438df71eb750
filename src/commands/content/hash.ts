import { Args, Flags } from '@oclif/core';
import { formatBytes } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { Hashed, HashedFile } from '../../content/index.ts';

type Data = Hashed & {
  /** Each file, with --files; else null. */
  list: HashedFile[] | null;
};

export default class ContentHash extends SaharaCommand<typeof ContentHash, Data> {
  static override summary = 'Work out the address of a folder or file; nothing is sent.';
  static override description =
    'Needs no devnet. The address is a CIDv1 of the profile unixfs-v1-2025: the same folder gives the same on every machine and node. Names that begin with a dot are left out and listed; symbolic links are refused.';
  static override examples = [
    '<%= config.bin %> content hash penguins/content',
    '<%= config.bin %> content hash model.onnx --fields cid',
    '<%= config.bin %> content hash penguins/content --files --fields list.sha256,list.path',
  ];
  static override args = {
    path: Args.string({ description: 'A folder or a file.', required: true }),
  };
  static override flags = {
    files: Flags.boolean({ description: 'List each file with its sha256 and its address.' }),
  };

  override async execute({
    args,
    flags,
    signal,
    progress,
  }: Invocation<typeof ContentHash>): Promise<Outcome<Data>> {
    const [{ hashPath }, { hashedText }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../cli/ui/content-text.ts'),
    ]);
    const data = await hashPath(args.path, { files: flags.files, signal, progress });
    return {
      data,
      text: () =>
        [
          hashedText(data),
          ...(data.list ?? []).map((f) => `${f.sha256}  ${f.path}  ${f.cid}  ${formatBytes(f.size)}`),
        ].join('\n'),
    };
  }
}

import { Args, Flags } from '@oclif/core';
import type { Got } from '../../assets/index.ts';
import { formatBytes } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';

export default class AssetGet extends SaharaCommand<typeof AssetGet, Got> {
  static override summary = 'Fetch the content of an asset, every block checked.';
  static override description =
    'The account needs the right ACCESS or RUN: by free terms, by a licence, or as the owner.';
  static override writes = ['files'] as const;
  static override examples = [
    '<%= config.bin %> asset get penguins',
    '<%= config.bin %> asset get penguin-guide --to ./guide --account buyer',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name, with @N for a version.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    ...dryRunFlag,
    to: Flags.string({ description: 'Folder to make (default: the name of the asset).' }),
  };

  override async execute({ args, flags, session }: Invocation<typeof AssetGet>): Promise<Outcome<Got>> {
    const { getAsset } = await import('../../assets/index.ts');
    const context = await session.signing('buyer');
    const data = await getAsset(context, args.asset, context.signer.account.address, flags.to);
    return {
      data,
      text: `${flags['dry-run'] ? 'Would fetch' : 'Fetched'} ${data.asset}: ${data.files} files, ${formatBytes(data.size)}, in ${data.path}.`,
    };
  }
}

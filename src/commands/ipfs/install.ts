import { Flags } from '@oclif/core';
import { SaharaError } from '../../base/errors.ts';
import { shellQuote } from '../../base/shell-quote.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import type { InstalledKubo } from '../../devnet/index.ts';

export default class IpfsInstall extends SaharaCommand<typeof IpfsInstall, InstalledKubo> {
  static override summary = 'Download Kubo, check it, and install it for your devnets.';
  static override description =
    'From the distribution of the Kubo project, with its checksum. A download that was cut off goes on where it stopped. Without Kubo, devnets use a content node of their own.';
  static override writes = ['files'] as const;
  static override examples = [
    '<%= config.bin %> ipfs install',
    '<%= config.bin %> ipfs install --version 0.43.1 --dir ./tools',
    '<%= config.bin %> ipfs install --dry-run --json',
  ];
  static override flags = {
    ...dryRunFlag,
    version: Flags.string({
      description: 'Version of Kubo (default: the one that the toolkit is tested with).',
    }),
    dir: Flags.string({ description: 'Folder for the program (default: one that every devnet looks into).' }),
    mirror: Flags.string({
      description: 'Address of a copy of the distribution, https or on this machine.',
      env: 'SAHARA_KUBO_MIRROR',
    }),
  };

  override async execute({
    flags,
    progress,
    signal,
  }: Invocation<typeof IpfsInstall>): Promise<Outcome<InstalledKubo>> {
    const version = flags.version?.replace(/^v/, '');
    if (version !== undefined && !/^\d+\.\d+\.\d+(-[0-9a-z.]+)?$/.test(version))
      throw new SaharaError('USAGE', {
        message: `--version ${flags.version} is no version; write it like 0.43.1.`,
        command: 'ipfs install',
      });
    const { installKubo } = await import('../../devnet/index.ts');
    const { dir, mirror } = flags;
    const dryRun = flags['dry-run'];
    const data = await installKubo({ version, dir, mirror, dryRun, progress, signal });
    const name = `Kubo ${data.version}`;
    const text = data.alreadyInstalled
      ? `${name} is installed already: ${data.path}`
      : dryRun
        ? `Would install ${name} from ${data.url} as ${data.path}`
        : `${name} is installed: ${data.path}`;
    const start = 'sahara devnet start --content-node kubo';
    const command = data.found ? start : `KUBO_BINARY=${shellQuote(data.path)} ${start}`;
    return { data, text, next: [{ command, when: 'to use it as the content node of the devnet' }] };
  }
}

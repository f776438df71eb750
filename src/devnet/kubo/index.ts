import type { InstalledKubo, InstallOptions } from './install.ts';

export type { InstalledKubo, InstallOptions } from './install.ts';

/**
 * Downloads Kubo from its distribution, checks it and installs it, all or nothing; idempotent.
 *
 * @throws KUBO_PLATFORM, KUBO_UNREACHABLE, KUBO_NOT_PUBLISHED, KUBO_CHECKSUM, KUBO_ARCHIVE, CONTENT_WRITE_FAILED
 */
export async function installKubo(options: InstallOptions = {}): Promise<InstalledKubo> {
  // Whoever only asks for the devnet need not load how things are downloaded.
  return (await import('./install.ts')).installKubo(options);
}

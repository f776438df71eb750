import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_DEVNET, DEVNET_NAME } from '../../config/devnet-name.ts';

/**
 * The devnet that commands mean here. The settings are read only where there is more than the usual one: to load them
 * takes longer than all the rest of a completion.
 */
export async function selectedDevnet(stateDir: string): Promise<string> {
  const named = process.env['SAHARA_DEVNET'];
  if (named && DEVNET_NAME.test(named)) return named;
  const folder = join(stateDir, 'devnet');
  const others = existsSync(folder) && readdirSync(folder).some((name) => name !== DEFAULT_DEVNET);
  if (!others) return DEFAULT_DEVNET;
  const { loadConfig } = await import('../../config/load.ts');
  return loadConfig({ root: dirname(stateDir), stateDir }, process.env).then(
    ({ config }) => config.devnet.name,
    () => DEFAULT_DEVNET,
  );
}

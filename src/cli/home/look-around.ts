import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type ChainOverview, chainOverview } from '../../chain/overview.ts';
import { DEFAULT_DEVNET } from '../../config/devnet-name.ts';
import { findProject, isProject } from '../../config/project.ts';
import { type DevnetStatus, devnetStatus } from '../../devnet/status.ts';
import type { HomeProject, Surroundings } from './home-data.ts';

/** A first screen does not wait longer than this for what a chain has to tell. Milliseconds. */
const PATIENCE_MS = 1000;
/** A folder with more entries is not searched for assets. */
const MANY = 500;

/**
 * Finds out where we are. What cannot be read or does not answer is part of the answer.
 *
 * @param explicit the folder of the project, where somebody named it
 * @throws PROJECT_MISSING for a folder that was named and is not there
 */
export async function lookAround(explicit?: string): Promise<Surroundings> {
  const here = process.cwd();
  const project = findProject(here, explicit, process.env);
  const assets = assetFolders(project.root, here);
  if (explicit === undefined && !isProject(project.root))
    return { project: null, assets, status: null, chain: null, projectFlag: null };
  const { devnet, ...settings } = await readSettings(project);
  const status = await devnetStatus(project.stateDir, devnet).catch(
    (): DevnetStatus => ({ state: 'stopped', hasSavedChain: false }),
  );
  return {
    project: { root: project.root, ...settings },
    assets,
    status,
    chain: status.state === 'running' ? await soon(chainOverview(...endpoint(status.live))) : null,
    projectFlag: explicit !== undefined && findProject(here).root !== project.root ? explicit : null,
  };
}

const endpoint = ({ chain }: { chain: { rpcUrl: string; ipc: string | null } }) =>
  [chain.rpcUrl, chain.ipc] as const;

async function readSettings(
  project: ReturnType<typeof findProject>,
): Promise<Pick<HomeProject, 'settingsProblem' | 'otherChain'> & { devnet: string }> {
  try {
    const { loadConfig } = await import('../../config/load.ts');
    const { config } = await loadConfig(project, process.env);
    return { settingsProblem: null, otherChain: config.rpcUrl, devnet: config.devnet.name };
  } catch (error) {
    return { settingsProblem: (error as Error).message, otherChain: null, devnet: DEFAULT_DEVNET };
  }
}

/** Folders with a `sahara.yaml`: this one, the project's, and those directly in the project. */
function assetFolders(root: string, here: string): string[] {
  const inside = entriesOf(root).map((name) => join(root, name));
  const found = [here, root, ...inside].filter((folder) => existsSync(join(folder, 'sahara.yaml')));
  return [...new Set(found)].map((folder) => relative(here, folder) || '.');
}

function entriesOf(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const folders = entries.length > MANY ? [] : entries.filter((e) => e.isDirectory());
    return folders.map((e) => e.name).filter((name) => !name.startsWith('.') && name !== 'node_modules');
  } catch {
    return [];
  }
}

/** The value, or null when it fails or is not there in time. */
async function soon(value: Promise<ChainOverview>): Promise<ChainOverview | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, null);
  });
  return Promise.race([value.catch(() => null), late]).finally(() => clearTimeout(timer));
}

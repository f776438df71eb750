import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ASSET_KINDS } from '../../base/asset-kinds.ts';
import { DEV_ACCOUNTS } from '../../config/dev-accounts.ts';
import type { RemoteSettings } from '../../config/remotes.ts';
import { type Candidate, FOLDERS, KEEP_ORDER, NO_FILES, NO_SPACE, type Reply } from './candidate.ts';
import { type Grammar, wordsAfter } from './grammar.ts';
import type { Meaning } from './meanings.ts';
import { PRESET_WORDS, RIGHT_WORDS } from './vocabulary.ts';

/** What a provider may look at. */
export type Ask = {
  typed: string;
  /** Values already given for the same argument. */
  before: readonly string[];
  grammar: Grammar;
  /** Folder of the toolkit. */
  root: string;
  /** Folder in which the project keeps its state, whether it is there or not. */
  stateDir(): Promise<string>;
  /** Aborted when the time is over: what is known by then is the answer. */
  signal: AbortSignal;
};

type Answer = Candidate[] | Partial<Reply>;
type Provider = (ask: Ask) => Answer | Promise<Answer>;

/** One line for each meaning. What is offered is filtered by what was typed afterwards. */
export const PROVIDERS: Record<Meaning, Provider> = {
  account: ({ typed }) =>
    DEV_ACCOUNTS.map(({ name, address, role }) =>
      /^0x/i.test(typed) ? { value: address, about: name } : { value: name, about: role },
    ),
  asset: (ask) => assets(ask, false),
  'asset-version': (ask) => assets(ask, true),
  command: ({ grammar, before }) => described(wordsAfter(grammar, before)),
  content: async ({ stateDir, signal }) => {
    const { devnetPins } = await import('./devnet-pins.ts');
    return await devnetPins(await stateDir(), signal);
  },
  devnet: async ({ stateDir }) => {
    const [{ devnetNames }, { liveDevnet }, state] = await Promise.all([
      import('../../devnet/list.ts'),
      import('../../devnet/live.ts'),
      stateDir(),
    ]);
    return devnetNames(state).map((value) => ({
      value,
      about: liveDevnet(state, value)?.chain.rpcUrl ?? 'not running',
    }));
  },
  'error-code': async () => {
    const { ERRORS } = await import('../../base/errors.ts');
    return Object.values(ERRORS).map(({ code, title }) => ({ value: code, about: title }));
  },
  file: () => ({ directive: 0 }),
  folder: () => ({ directive: FOLDERS }),
  free: () => [],
  // Other networks, once they can be configured, are further lines of this list.
  network: () => [{ value: 'devnet', about: 'the devnet of this project' }],
  preset: () => PRESET_WORDS.map((value) => ({ value })),
  remote: async ({ stateDir }) => {
    const [{ loadConfig }, state] = await Promise.all([import('../../config/load.ts'), stateDir()]);
    const project = { root: dirname(state), stateDir: state };
    const { config } = await loadConfig(project, process.env).catch(() => ({ config: { remotes: {} } }));
    return Object.entries<RemoteSettings>(config.remotes).map(([value, remote]) => ({
      value,
      about: remote.api ?? remote.kind,
    }));
  },
  rights: ({ typed }) => {
    const given = typed.split(',').slice(0, -1);
    const lead = given.map((right) => `${right},`).join('');
    const left = RIGHT_WORDS.filter((right) => !given.includes(right));
    return {
      candidates: left.map((right) => ({ value: `${lead}${right}` })),
      directive: NO_FILES | KEEP_ORDER | NO_SPACE,
    };
  },
  scenario: ({ root }) => ({
    candidates: namesIn(join(root, 'templates', 'scenarios'))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => ({ value: file.slice(0, -'.yaml'.length) })),
    // A scenario can be a file, too.
    directive: KEEP_ORDER,
  }),
  // Each is an entry of this folder, named as one types it.
  snapshot: async ({ stateDir }) => {
    const [state, { selectedDevnet }] = await Promise.all([stateDir(), import('./selected-devnet.ts')]);
    const folder = join(state, 'devnet', await selectedDevnet(state), 'snapshots');
    return namesIn(folder).map((value) => ({ value }));
  },
  template: ({ root }) =>
    ASSET_KINDS.filter((kind) => existsSync(join(root, 'templates', kind))).map((value) => ({ value })),
};

async function assets(ask: Ask, versions: boolean): Promise<Candidate[]> {
  const [{ devnetAssets }, { assetReferences }] = await Promise.all([
    import('./devnet-assets.ts'),
    import('./asset-references.ts'),
  ]);
  return assetReferences(await devnetAssets(await ask.stateDir(), ask.signal), ask.typed, versions);
}

export function described(words: ReadonlyMap<string, string>): Candidate[] {
  return [...words].map(([value, about]) => ({ value, about }));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}

import type { Address, Hex } from '../base/hex.ts';
import { DEV_ACCOUNTS } from '../config/index.ts';
import { openContext, openSigner, type SigningContext } from '../context/index.ts';
import { startTemporaryDevnet } from '../devnet/index.ts';
import { type Clients, clientsOf } from './clients.ts';
import { type RunOptions, runCommand } from './run-command.ts';

export type TestDevnetOptions = {
  /** The project in which commands run; by default an empty one, which is gone with the devnet. */
  project?: string;
  /** Which content node it has; by default the one that the toolkit brings, which is the same on every machine. */
  contentNode?: 'auto' | 'embedded' | 'kubo';
  signal?: AbortSignal;
};

/**
 * The chain as it was: blocks, accounts, contracts, and the time of its last block. Not in it: content and pins, and
 * the files of the project, its keys and releases.
 */
export type Snapshot = { readonly takenAt: string };

/** A devnet of a test's own. It is gone with the process that started it, however that ends. */
export type TestDevnet = Clients & {
  /** JSON-RPC of the chain. */
  rpcUrl: string;
  chainId: number;
  /** Kubo RPC of the content node. */
  contentApi: string;
  /** Its trustless gateway. */
  gateway: string;
  /** The project's folder, in which commands run. */
  project: string;
  /** Addresses of the funded accounts, by name: curator, trainer, buyer, and so on. */
  accounts: Readonly<Record<string, Address>>;
  /** The environment in which `sahara` and other tools find this devnet. */
  env: Readonly<Record<string, string>>;
  /** Runs a command of `sahara` in the project and gives the data of its `--json`. @throws CommandFailure */
  run<T = unknown>(args: readonly string[], options?: RunOptions): Promise<T>;
  /** A context for the functions of the package's other rooms, with an account to sign. */
  context(account: string): Promise<SigningContext>;
  snapshot(): Promise<Snapshot>;
  /** The chain as it was then, as often as you like. Snapshots that were taken later are void. */
  restore(snapshot: Snapshot): Promise<void>;
  /** Ends it and removes all of it. Doing it again does nothing. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Variables that would lead a command away from the devnet or its project. */
const ASTRAY = [
  'SAHARA_PROJECT',
  'SAHARA_ACCOUNT',
  'SAHARA_RPC_PORT',
  'SAHARA_IPFS_API_PORT',
  'SAHARA_IPFS_GATEWAY_PORT',
];

/**
 * Starts a devnet for tests, on free ports, with nothing on it but the protocol.
 *
 * @throws DEVNET_START_FAILED, KUBO_MISSING, TOOLKIT_INCOMPLETE
 */
export async function startDevnet(options: TestDevnetOptions = {}): Promise<TestDevnet> {
  const { contentNode = 'embedded', signal } = options;
  const devnet = await startTemporaryDevnet({ contentNode, ...(signal ? { signal } : {}) });
  const { live } = devnet;
  const project = options.project ?? devnet.dir;
  const clients = clientsOf(live);
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !ASTRAY.includes(name)),
  );
  /** What anvil knows each snapshot by; going back to one uses it up. */
  const ids = new WeakMap<Snapshot, Hex>();
  const take = () => clients.testClient.snapshot();
  return {
    ...clients,
    rpcUrl: live.chain.rpcUrl,
    chainId: live.chain.chainId,
    contentApi: live.content.api,
    gateway: live.content.gateway,
    project,
    accounts: Object.fromEntries(DEV_ACCOUNTS.map(({ name, address }) => [name, address])),
    env: devnet.env,
    run: (args, { cwd = project, env, signal: abort } = {}) =>
      runCommand(args, { ...inherited, ...devnet.env, ...env }, { cwd, ...(abort ? { signal: abort } : {}) }),
    async context(account) {
      const context = await openContext({ project, stateDir: devnet.stateDir, live, onlyLive: true });
      return { ...context, signer: await openSigner(account) };
    },
    async snapshot() {
      const snapshot = { takenAt: new Date().toISOString() };
      ids.set(snapshot, await take());
      return snapshot;
    },
    async restore(snapshot) {
      const id = ids.get(snapshot);
      if (id === undefined) throw new TypeError('This snapshot was not taken of this devnet.');
      const done: unknown = await clients.testClient.request({ method: 'evm_revert', params: [id] });
      if (!done) throw new Error('This snapshot is void: an earlier one was restored since it was taken.');
      ids.set(snapshot, await take());
    },
    stop: devnet.discard,
    [Symbol.asyncDispose]: devnet.discard,
  };
}

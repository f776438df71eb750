import {
  type Account,
  type Chain,
  createPublicClient,
  createTestClient,
  createWalletClient,
  defineChain,
  type HttpTransport,
  http,
  type PublicClient,
  type TestClient,
  type WalletClient,
} from 'viem';
import { resolveAccount, signingKey } from '../config/index.ts';
import type { LiveState } from '../devnet/live-state.ts';

/** viem's clients of a devnet, ready to use. */
export type Clients = {
  /** Reads the chain. */
  publicClient: PublicClient<HttpTransport, Chain>;
  /** Mines, sets time and balances: whatever anvil can do. */
  testClient: TestClient<'anvil', HttpTransport, Chain>;
  /** Signs as an account of the devnet, by name or address. @throws ACCOUNT_UNKNOWN, ACCOUNT_NOT_OURS */
  walletClient(account: string): Promise<WalletClient<HttpTransport, Chain, Account>>;
};

/** Tests look again at once, and remember nothing from before a restore. Milliseconds. */
const QUICK = { pollingInterval: 25, cacheTime: 0 };

export function clientsOf({ chain: { rpcUrl, chainId } }: LiveState): Clients {
  const chain = defineChain({
    id: chainId,
    name: 'Sahara devnet',
    nativeCurrency: { name: 'SAHARA', symbol: 'SAHARA', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const transport = http(rpcUrl);
  return {
    publicClient: createPublicClient({ chain, transport, ...QUICK }),
    testClient: createTestClient({ mode: 'anvil', chain, transport, ...QUICK }),
    async walletClient(account) {
      const key: Account = await signingKey(resolveAccount(account));
      return createWalletClient({ account: key, chain, transport, ...QUICK });
    },
  };
}

import type { LiveState } from './live-state.ts';

/** Where a devnet is, as the variables that set the same in our own settings: what `devnet status -o env` prints. */
export function settingsEnv({ chain, content, ready }: LiveState): Record<string, string> {
  return {
    // Whatever network the settings name.
    SAHARA_NETWORK: 'devnet',
    SAHARA_RPC_URL: chain.rpcUrl,
    SAHARA_CHAIN_ID: String(chain.chainId),
    SAHARA_IPFS_API: content.api,
    SAHARA_IPFS_GATEWAY: content.gateway,
    ...(ready ? { SAHARA_READY_URL: ready } : {}),
  };
}

/** The same under the names that tools of others read: Foundry, curl and ffmpeg, and scripts for IPFS. */
export function toolsEnv({ chain, content }: LiveState): Record<string, string> {
  return { ETH_RPC_URL: chain.rpcUrl, IPFS_API: content.api, IPFS_GATEWAY: content.gateway };
}

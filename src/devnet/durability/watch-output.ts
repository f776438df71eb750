/** What anvil's output tells: it prints the name of each call before it answers, and each block that it makes. */
export type Seen = {
  block(): void;
  /** A call that changes the state and is in no block, or takes blocks back. */
  cheat(method: string): void;
  /** The way of mining may be another one now. */
  mining(): void;
};

const MINING = /^evm_set(automine|intervalmining)$/i;
const LOGGING = /^anvil_setLoggingEnabled$/i;
/** Calls by their own names that leave the state alone, or change only what the next block's header then says. */
const HARMLESS = new Set(
  [
    ...['evm_mine', 'evm_mine_detailed', 'anvil_mine', 'evm_snapshot', 'evm_increaseTime', 'evm_setTime'],
    ...['evm_setNextBlockTimestamp', 'anvil_setNextBlockBaseFeePerGas', 'anvil_setMinGasPrice'],
    ...['anvil_setCoinbase', 'evm_setBlockGasLimit', 'anvil_setBlockTimestampInterval'],
    ...['anvil_removeBlockTimestampInterval', 'anvil_impersonateAccount', 'anvil_stopImpersonatingAccount'],
    ...['anvil_autoImpersonateAccount', 'anvil_impersonateSignature', 'anvil_getAutomine'],
    ...['anvil_getIntervalMining', 'anvil_getGenesisTime', 'anvil_metadata', 'anvil_nodeInfo'],
    ...['anvil_dumpState', 'anvil_dropTransaction', 'anvil_dropAllTransactions'],
    ...['anvil_removePoolTransactions', 'anvil_enableTraces'],
  ].map((name) => name.toLowerCase()),
);

/** Reads anvil's output as it comes. */
export function watchOutput(seen: Seen): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop()?.slice(-4096) ?? '';
    for (const line of lines) {
      if (line.startsWith('    Block Number: ')) seen.block();
      else if (/^(anvil|evm|hardhat)_\w+\s*$/.test(line)) {
        const method = line.trim();
        if (MINING.test(method)) seen.mining();
        // Whoever ends the telling may do anything unseen before it is begun again.
        else if (LOGGING.test(method) || !HARMLESS.has(method.toLowerCase())) seen.cheat(method);
      }
    }
  };
}

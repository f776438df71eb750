import { row } from '../error-types.ts';

/** SAH-30xx: the chain, transactions, funds. */
export const chainErrors = {
  CHAIN_UNREACHABLE: row<{ url: string; reason: string }>({
    code: 'SAH-3001',
    kind: 'unavailable',
    title: 'The chain does not answer',
    example: { url: 'http://127.0.0.1:8545', reason: 'connection refused' },
    what: (p) => `The chain at ${p.url} does not answer: ${p.reason}.`,
    why: 'The node is down, still starting, or the address is that of something else.',
    fix: 'Check that the devnet runs, or the rpcUrl setting where another chain is meant.',
    next: () => [
      { command: 'sahara devnet status', when: 'to see how the devnet stands' },
      { command: 'sahara devnet start', when: 'to start it' },
    ],
    retryable: true,
  }),
  CHAIN_WRONG: row<{ url: string; expected: number; found: number }>({
    code: 'SAH-3002',
    kind: 'conflict',
    title: 'Another chain answers',
    example: { url: 'http://127.0.0.1:8545', expected: 31337, found: 1 },
    what: (p) => `The chain at ${p.url} has chain id ${p.found}; ${p.expected} was expected.`,
    why: 'Sending a transaction to the wrong chain could cost money, so nothing was sent.',
    fix: 'Correct rpcUrl or chainId in the configuration.',
    next: () => [{ command: 'sahara config show', when: 'to see the settings and where they come from' }],
  }),
  CHAIN_FOREIGN: row<{ url: string }>({
    code: 'SAH-3003',
    kind: 'conflict',
    title: 'Another devnet answers on our port',
    example: { url: 'http://127.0.0.1:8545' },
    what: (p) => `What answers at ${p.url} is a local chain, but not the one that this project started.`,
    why: 'The devnet of this project has ended, and another program has taken its port since.',
    fix: 'Start this project’s devnet again; it finds a free port.',
    next: () => [
      { command: 'sahara devnet stop', when: 'to clear what is left of ours' },
      { command: 'sahara devnet start', when: 'to start ours again' },
    ],
  }),
  PROTOCOL_MISSING: row<{ url: string; address: string }>({
    code: 'SAH-3004',
    kind: 'not-found',
    title: 'The Sahara protocol is not on this chain',
    example: { url: 'http://127.0.0.1:8545', address: '0x5FbDB2315678afecb367f032d93F642f64180aa3' },
    what: (p) => `The chain at ${p.url} has no Sahara protocol (no code at ${p.address}).`,
    why: 'It is a chain that was not started by the toolkit, or the protocol was never deployed there.',
    fix: 'Use the devnet, which has the protocol from its first block, or deploy it there as a network.',
    next: () => [
      { command: 'sahara devnet start', when: 'to start a chain that has the protocol' },
      { command: 'sahara network deploy --help', when: 'to see how it is deployed on a network' },
    ],
  }),
  FUNDS_MISSING: row<{
    account: string;
    needed: string;
    has: string;
    token: string;
    isDevnet: boolean;
  }>({
    code: 'SAH-3005',
    kind: 'failed',
    title: 'The account has not enough funds',
    example: { account: 'buyer', needed: '25.000021', has: '3', token: 'SAHARA', isDevnet: true },
    what: (p) => `${p.account} has ${p.has} ${p.token}, and needs ${p.needed}.`,
    why: 'The amount, with the gas for the transaction where the coin is native, is more than the account holds.',
    fix: 'Fund the account, or use another one.',
    next: (p) => {
      if (p.token !== 'SAHARA')
        return [
          { command: `sahara revenue claim --account ${p.account}`, when: 'to claim what it has earned' },
        ];
      if (!p.isDevnet)
        return [{ command: 'sahara account send --help', when: 'to see how another account sends it some' }];
      const amount = BigInt(/^\d+/.exec(p.needed)?.[0] ?? 0) + 1n;
      return [
        {
          command: `sahara account fund ${p.account} ${amount}`,
          when: 'to give it enough devnet coins',
        },
      ];
    },
  }),
  TRANSACTION_REVERTED: row<{ contract: string; call: string; error: string; args: readonly string[] }>({
    code: 'SAH-3006',
    kind: 'failed',
    title: 'The protocol refused the transaction',
    example: { contract: 'RevenueVault', call: 'claimOwner', error: 'NothingToClaim', args: ['7'] },
    what: (p) => `${p.contract}.${p.call} was refused: ${p.error}(${p.args.join(', ')}).`,
    why: 'A rule of the protocol does not allow it. Nothing was changed on the chain.',
    fix: 'The name of the refusal tells the rule that was broken: put right what it names, and run the command again.',
  }),
  AMOUNT_INVALID: row<{ text: string }>({
    code: 'SAH-3007',
    kind: 'usage',
    title: 'Not an amount',
    example: { text: '1,5' },
    what: (p) => `"${p.text}" is not an amount of SAHARA.`,
    why: 'Amounts are decimal SAHARA with at most 18 decimals, greater than zero: 12, 0.5, 0.000000000000000001.',
    fix: 'Write the amount in that form.',
  }),
  NONCE_CONTENTION: row<{ account: string }>({
    code: 'SAH-3008',
    kind: 'conflict',
    title: 'Another process is sending as the same account',
    example: { account: 'curator' },
    what: (p) => `Transactions of ${p.account} kept colliding with those of another process.`,
    why: 'Each transaction of an account has its own number, and two processes chose the same ones.',
    fix: 'Run the commands one after the other, or as different accounts.',
    retryable: true,
  }),
  FUNDING_REFUSED: row<{ url: string }>({
    code: 'SAH-3009',
    kind: 'denied',
    title: 'Coins can only be made on a devnet',
    example: { url: 'https://rpc.example' },
    what: (p) => `The chain at ${p.url} does not give coins away.`,
    why: 'Only a local development chain lets a balance be set.',
    fix: 'Send coins from an account that has some.',
    next: () => [{ command: 'sahara account send --help', when: 'to see how' }],
  }),
  DEV_KEYS_REFUSED: row<{ account: string; url: string }>({
    code: 'SAH-3010',
    kind: 'denied',
    title: 'Development accounts sign on a devnet only',
    example: { account: 'curator', url: 'https://rpc.example' },
    what: (p) => `${p.account} signs nothing for the chain at ${p.url}: it is no local development chain.`,
    why: 'The keys of the development accounts are publicly known: whatever they hold on another chain is anybody’s.',
    fix: 'Act as an account of your own, or use the devnet: take network and rpcUrl out of the settings.',
    next: () => [
      { command: 'sahara account new --help', when: 'to see how an account of your own is made' },
      { command: 'sahara config show', when: 'to see the settings and where they come from' },
      { command: 'sahara devnet start', when: 'to start a devnet' },
    ],
  }),
  GAS_EXCEEDED: row<{ contract: string; call: string }>({
    code: 'SAH-3011',
    kind: 'failed',
    title: 'The transaction does not fit into a block',
    example: { contract: 'RevenueVault', call: 'settle' },
    what: (p) => `${p.contract}.${p.call} needs more gas than a block has.`,
    why: 'A block has a gas limit, and one transaction cannot use more than that. Nothing was changed on the chain.',
    fix: 'Do less in one transaction, or raise the gas limit of the chain.',
  }),
};

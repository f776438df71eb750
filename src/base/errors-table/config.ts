import { row } from '../error-types.ts';

/** SAH-10xx: configuration, project folders, named accounts. */
export const configErrors = {
  PROJECT_MISSING: row<{ path: string }>({
    code: 'SAH-1001',
    kind: 'usage',
    title: 'The project folder does not exist',
    example: { path: '/home/me/projct' },
    what: (p) => `There is no folder ${p.path}.`,
    why: 'The folder given with --project or SAHARA_PROJECT is not there.',
    fix: 'Give the path of an existing folder, or leave it out to use the one you are in.',
  }),
  CONFIG_UNREADABLE: row<{ path: string; reason: string }>({
    code: 'SAH-1002',
    kind: 'usage',
    title: 'A configuration file cannot be read',
    example: { path: 'sahara.config.yaml', reason: 'line 3: a mapping needs a colon after its key' },
    what: (p) => `The sahara configuration in ${p.path} cannot be read: ${p.reason}`,
    why: 'The file has a syntax error, or throws when it is loaded.',
    fix: 'Correct the file; a minimal one is `account: curator` in sahara.config.yaml.',
  }),
  CONFIG_UNKNOWN_KEY: row<{
    source: string;
    key: string;
    suggestion: string | null;
    settings: readonly string[];
  }>({
    code: 'SAH-1003',
    kind: 'usage',
    title: 'An unknown setting',
    example: {
      source: 'sahara.config.yaml',
      key: 'acount',
      suggestion: 'account',
      settings: ['account', 'rpcUrl', 'chainId'],
    },
    what: (p) =>
      `${p.source} has the setting "${p.key}", which does not exist${p.suggestion ? `; did you mean "${p.suggestion}"?` : `; there are ${p.settings.join(', ')}.`}`,
    why: 'A misspelt setting would otherwise be ignored in silence.',
    fix: 'Correct or remove it.',
    next: () => [
      {
        command: 'sahara config show',
        when: 'to list the settings and their values, once this one is corrected',
      },
    ],
  }),
  CONFIG_INVALID: row<{ source: string; key: string; reason: string }>({
    code: 'SAH-1004',
    kind: 'usage',
    title: 'A setting has a value of the wrong form',
    example: {
      source: 'SAHARA_RPC_PORT',
      key: 'devnet.rpcPort',
      reason: 'must be a port number from 1 to 65535',
    },
    what: (p) => `The setting "${p.key}" in ${p.source} ${p.reason}.`,
    why: 'Each setting takes values of one form.',
    fix: 'Correct the value.',
  }),
  ACCOUNT_UNKNOWN: row<{ account: string; suggestion: string | null }>({
    code: 'SAH-1005',
    kind: 'not-found',
    title: 'There is no such account',
    example: { account: 'curater', suggestion: 'curator' },
    what: (p) =>
      `"${p.account}" is neither a named account nor an address${p.suggestion ? `; did you mean "${p.suggestion}"?` : '.'}`,
    why: 'Accounts are named (curator, buyer, ...) or given as an address: 0x and 40 hexadecimal digits.',
    fix: 'Use one of the named accounts or a whole address.',
    next: () => [{ command: 'sahara account list', when: 'to see the named accounts' }],
  }),
  ACCOUNT_ZERO: row<{ account: string }>({
    code: 'SAH-1007',
    kind: 'usage',
    title: 'The zero address takes nothing',
    example: { account: '0x0000000000000000000000000000000000000000' },
    what: (p) => `${p.account} is the zero address, which belongs to nobody.`,
    why: 'Nobody has its key: what is sent to it is lost for ever. It often stands for an address that was left out.',
    fix: 'Name the account that is meant.',
    next: () => [{ command: 'sahara account list', when: 'to see the named accounts' }],
  }),
  ACCOUNT_NOT_OURS: row<{ account: string }>({
    code: 'SAH-1006',
    kind: 'denied',
    title: 'We hold no key for this account',
    example: { account: '0x1212121212121212121212121212121212121212' },
    what: (p) => `There is no key here to sign for ${p.account}.`,
    why: 'Only the named development accounts, and accounts of your own that have a keystore file, can sign.',
    fix: 'Act as one of those.',
    next: () => [{ command: 'sahara account list', when: 'to see the accounts that can sign' }],
  }),
};

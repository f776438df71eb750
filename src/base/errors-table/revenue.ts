import { formatBps, formatSahara } from '../amount.ts';
import { row } from '../error-types.ts';

/** SAH-80xx: payments, settlement and claims. */
export const revenueErrors = {
  CONTRIBUTORS_INVALID: row<{ file: string; problems: { line: number; reason: string }[] }>({
    code: 'SAH-8001',
    kind: 'usage',
    title: 'The list of contributors cannot be used',
    example: {
      file: 'contributors.csv',
      problems: [{ line: 3, reason: '"labeller" is no address and no account; did you mean "labeler"?' }],
    },
    what: (p) => {
      const [first, ...rest] = p.problems;
      const where = first && first.line > 0 ? `${p.file}:${first.line}` : p.file;
      const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
      return `${where}: ${first?.reason ?? 'it cannot be read'}${more}`;
    },
    why: 'Contributors are rows of "account,weight" with an optional note: an address or the name of a known account, and a whole number above zero.',
    fix: 'Correct the lines named and run the command again.',
    next: () => [{ command: 'sahara account list', when: 'to see the names that rows may use' }],
  }),
  CONTRIBUTOR_TREE_INVALID: row<{ index: number; reason: string }>({
    code: 'SAH-8002',
    kind: 'failed',
    title: 'No tree can be made of these contributors',
    example: { index: 2, reason: 'its weight is 0' },
    what: (p) => `Contributor ${p.index}: ${p.reason}`,
    why: 'Weights are whole numbers above zero whose sum stays below 2^96, for at most 2^32 - 1 contributors, so that no product in the vault can overflow.',
    fix: 'Use smaller weights: only their ratios matter.',
  }),
  REVENUE_VERSION_UNKNOWN: row<{ version: number }>({
    code: 'SAH-8010',
    kind: 'not-found',
    title: 'The vault keeps no books for this version',
    example: { version: 12 },
    what: (p) => `There is no version ${p.version} in the books.`,
    why: 'The version was never registered.',
    fix: 'Take the version id from what sahara asset show prints.',
  }),
  REVENUE_ASSET_UNKNOWN: row<{ asset: number }>({
    code: 'SAH-8011',
    kind: 'not-found',
    title: 'The vault knows no such asset',
    example: { asset: 12 },
    what: (p) => `There is no asset ${p.asset} with an open version in the books.`,
    why: 'The asset was never registered, or has no version yet.',
    fix: 'Take the asset id from what sahara asset list prints.',
  }),
  REVENUE_SPLIT_INVALID: row<{ version: number; reason: string }>({
    code: 'SAH-8012',
    kind: 'usage',
    title: 'This split of revenue is not possible',
    example: { version: 3, reason: 'its parent 4 is no older version' },
    what: (p) => `Version ${p.version} cannot be opened: ${p.reason}`,
    why: 'A version has at most 64 relations, parents are older versions, and contributors have a share exactly when there are any.',
    fix: 'Correct the parents, the shares or the weights that the message names.',
  }),
  REVENUE_AMOUNT_INVALID: row<{ amount: string; reason: string }>({
    code: 'SAH-8013',
    kind: 'usage',
    title: 'This amount cannot be paid',
    example: { amount: '0', reason: 'a payment is more than nothing' },
    what: (p) => `${p.amount} wei cannot be paid: ${p.reason}`,
    why: 'Payments are whole numbers of wei above zero, and the books have a limit far above the supply of SAHARA.',
    fix: 'Pay another amount.',
  }),
  REVENUE_FEE_TOO_HIGH: row<{ feeBps: number; maximum: number }>({
    code: 'SAH-8014',
    kind: 'usage',
    title: 'The protocol fee is out of range',
    example: { feeBps: 2_000, maximum: 1_000 },
    what: (p) => `A fee of ${p.feeBps} basis points is not between 0 and ${p.maximum}.`,
    why: 'The vault limits the fee for ever, whoever governs it.',
    fix: 'Choose a fee within the limit.',
  }),
  REVENUE_PERIOD_UNKNOWN: row<{ version: number; period: number }>({
    code: 'SAH-8015',
    kind: 'not-found',
    title: 'The asset had no such period',
    example: { version: 3, period: 2 },
    what: (p) => `The asset of version ${p.version} has had no owner's period ${p.period}.`,
    why: 'Periods count from 1 and go up by one with each transfer of the asset.',
    fix: 'Name a period up to the current one.',
  }),
  REVENUE_CONTRIBUTOR_UNKNOWN: row<{ version: number; index: number }>({
    code: 'SAH-8016',
    kind: 'not-found',
    title: 'The version has no such contributor',
    example: { version: 3, index: 40 },
    what: (p) => `Version ${p.version} has no contributor with index ${p.index}.`,
    why: 'Contributors are numbered from 0 in the order in which the version published them.',
    fix: 'Look the index up in the published list of contributors.',
  }),
  REVENUE_POOL_EXCEEDED: row<{ version: number; pool: string; claimed: string }>({
    code: 'SAH-8017',
    kind: 'denied',
    title: 'More was claimed than the pool holds',
    example: { version: 3, pool: '1000', claimed: '1200' },
    what: (p) =>
      `Version ${p.version} has ${p.pool} wei for contributors; ${p.claimed} wei cannot be taken out of it.`,
    why: "The published list of contributors contradicts itself. The vault never lets one asset's claims touch another's money.",
    fix: 'Nothing can be done for this version; its publisher has to publish a new one with an honest list.',
  }),
  REVENUE_FEE_CHANGED: row<{ expected: number; paid: string; fee: string }>({
    code: 'SAH-8018',
    kind: 'conflict',
    title: 'The protocol fee was changed meanwhile',
    example: { expected: 250, paid: '1000000000000000000', fee: '30000000000000000' },
    what: (p) =>
      `A payment of ${p.paid} wei had a fee of ${p.fee} wei, which is not ${p.expected} basis points of it.`,
    why: 'Somebody else has set the fee of this chain, perhaps another replay of a scenario with another fee, or its end.',
    fix: 'Wait until the other one is done, and start again.',
    retryable: true,
  }),
  REVENUE_CEILING_REACHED: row<{ version: number; ceiling: string; wouldBe: string }>({
    code: 'SAH-8019',
    kind: 'denied',
    title: 'The revenue ceiling of a version is reached',
    example: { version: 3, ceiling: '5000000000000000000', wouldBe: '5975000000000000000' },
    what: (p) =>
      `Version ${p.version} may be paid ${formatSahara(BigInt(p.ceiling))} SAHARA in all; with this payment it would be ${formatSahara(BigInt(p.wouldBe))}.`,
    why: 'The version rests on terms of a parent that limit what may be earned with it. The lowest such limit counts, and only what is paid for the version itself, without the protocol fee.',
    fix: 'Pay less, or ask its publisher for a version that rests on terms with a higher ceiling or none.',
  }),
  REVENUE_ROYALTIES_TOO_HIGH: row<{ version: number; totalBps: number; ancestor: number }>({
    code: 'SAH-8020',
    kind: 'usage',
    title: 'The royalties add up to more than everything',
    example: { version: 3, totalBps: 11_000, ancestor: 1 },
    what: (p) =>
      `Version ${p.version} would owe ${formatBps(p.totalBps)} of a payment; it becomes more than all with what it owes version ${p.ancestor}.`,
    why: 'Royalties of its relations and what it owes by absolute royalties, those inherited from its parents included, take at most 100 % of each payment together.',
    fix: 'Rest on other terms of that version, or leave out the parent by which the obligation comes.',
  }),
  REVENUE_OBLIGATIONS_TOO_MANY: row<{ version: number; count: number; maximum: number }>({
    code: 'SAH-8021',
    kind: 'usage',
    title: 'The version would owe absolute royalties to too many ancestors',
    example: { version: 30, count: 17, maximum: 16 },
    what: (p) =>
      `Version ${p.version} would owe absolute royalties to ${p.count} ancestors or more; ${p.maximum} is the most.`,
    why: 'Absolute royalties are inherited by everything that is built on a version, and each is one more step when money is settled.',
    fix: 'Rest on fewer versions that owe absolute royalties, or on relative terms, which have no such limit.',
  }),
};

import { type Abi, encodeFunctionData, type TransactionReceipt } from 'viem';
import type { Json } from '../base/canonical-json.ts';
import type { Address, Hex } from '../base/hex.ts';
import {
  balanceOf,
  CONTRACTS,
  type ContractName,
  eventArgs,
  eventsOf,
  readAsset,
  readStoredVersion,
  resolveAsset,
  sendNative,
  sendWrapped,
  unwrap,
} from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import type { Context, SigningContext } from '../context/index.ts';
import { attachTerms, detachTerms, parseTerms } from '../licensing/index.ts';
import { buy, renew } from '../market/index.ts';
import { claim, pay, readMoved, settle } from '../revenue/index.ts';
import { FIELDS, type Field } from './fields.ts';
import type { OperationName, PlannedCall } from './types.ts';

/** What an item's own calls brought about, out of the transaction that it shared. */
export type ItemReceipt = { receipt: Pick<TransactionReceipt, 'logs'>; tx: Hex | null };

export type Sketch = { calls: PlannedCall[]; foretold: object };

/** What several lines ask alike is asked once. */
export type Memo = <T>(key: string, ask: () => Promise<T>) => Promise<T>;

/** More than a payment or a transfer uses; where it does not suffice, the item is planned. */
const SKETCHED_GAS = 110_000n;

/** The data of a command as JSON: amounts are decimal strings. */
type Foretold = { [key: string]: Json };

type Definition<P> = {
  /** What one line does. */
  about: string;
  /** Who acts where nobody is named: a role, or the owner of the asset. */
  by: string;
  fields: Record<keyof P & string, Field<unknown>>;
  /** Further checks of a line by itself. Throws what is wrong. */
  check?(params: P): void;
  /**
   * Where what it does depends on no other line: its calls, written down without asking the chain what would come of
   * them, and of what it brings as much as is known. Far cheaper than a plan.
   */
  sketch?(context: SigningContext, params: P, memo: Memo): Promise<Sketch>;
  /** Runs on a chain that only notes what is to be sent. */
  plan(context: SigningContext, params: P): Promise<object>;
  /** What the plan foretold, with what the chain says in the end. */
  settled(context: Context, foretold: Foretold, done: ItemReceipt): Promise<object>;
};

/** A definition whose parameters are those that its own fields have read. */
export type Operation = Definition<Record<string, unknown>>;

export const OWNER = 'the owner';

function define<P>(definition: Definition<P>): Operation {
  return definition as unknown as Operation;
}

type LicenseParams = { asset: string } & Partial<
  Record<
    | 'preset'
    | 'rights'
    | 'royalty'
    | 'price'
    | 'absolute'
    | 'period'
    | 'expires'
    | 'ceiling'
    | 'calls'
    | 'text'
    | 'shareAlike'
    | 'attribution'
    | 'transferable'
    | 'restrictions',
    unknown
  >
>;

function encode(contract: ContractName, functionName: string, args: unknown[], value: bigint): PlannedCall {
  const { address, abi } = CONTRACTS[contract];
  const data = encodeFunctionData({ abi: abi as Abi, functionName, args });
  return { to: address, value, data, gas: SKETCHED_GAS };
}

const withTx = async (_: Context, foretold: Foretold, { tx }: ItemReceipt) => ({ ...foretold, tx });

/** Every operation of a batch. Each is that of the command with the same name, with the same results. */
export const OPERATIONS: Record<OperationName, Operation> = {
  'revenue.pay': define<{ asset: string; amount: bigint }>({
    about: 'pay an asset',
    by: 'buyer',
    fields: { asset: FIELDS.asset(), amount: FIELDS.amount() },
    async sketch({ chain }, { asset: ref, amount }, memo) {
      const { asset, version } = await memo(ref, async () => {
        const { asset, versionId } = await resolveAsset(chain, ref);
        return { asset, version: await readStoredVersion(chain, versionId) };
      });
      const call = encode('RevenueVault', 'payVersionNative', [version.id], amount);
      return { calls: [call], foretold: { asset: asset.name, version: version.number } };
    },
    plan: (context, { asset, amount }) => pay(context, asset, amount),
    async settled(_, foretold, { receipt, tx }) {
      const { amount, fee } = eventArgs(receipt, 'RevenueVault', 'Paid') as { amount: bigint; fee: bigint };
      return { ...foretold, amount, fee, credited: amount - fee, tx };
    },
  }),
  'revenue.settle': define<{ asset?: string }>({
    about: 'settle an asset and what it rests on, or everything',
    by: 'protocol',
    fields: { asset: FIELDS.asset(false) },
    plan: (context, { asset }) => settle(context, asset),
    settled: async ({ chain }, foretold, { receipt, tx }) => ({
      ...foretold,
      moved: await readMoved(chain, receipt),
      txs: [tx],
    }),
  }),
  'revenue.claim': define<{ asset?: string; for?: Address }>({
    about: 'claim what an account has earned, from one asset or all',
    by: 'curator',
    fields: { asset: FIELDS.asset(false), for: FIELDS.account() },
    async plan(context, { asset, for: named }) {
      const account = named ?? context.signer.account.address;
      const claims = await claim(context, account, asset);
      return { account: accountLabel(account), total: claims.reduce((sum, c) => sum + c.amount, 0n), claims };
    },
    async settled({ chain }, foretold, { receipt, tx }) {
      const claims = await Promise.all(
        (['OwnerClaimed', 'ContributionClaimed'] as const).flatMap((event) =>
          eventsOf(receipt, 'RevenueVault', event).map(async ({ versionId, amount }) => {
            const { assetId } = await readStoredVersion(chain, versionId as bigint);
            const { name } = await readAsset(chain, assetId);
            const role = event === 'OwnerClaimed' ? 'owner' : 'contributor';
            return { asset: name, role, amount: amount as bigint, tx };
          }),
        ),
      );
      return { ...foretold, total: claims.reduce((sum, c) => sum + c.amount, 0n), claims };
    },
  }),
  'market.buy': define<{ asset: string; terms?: number; for?: Address; another?: boolean }>({
    about: 'buy a licence',
    by: 'buyer',
    fields: {
      asset: FIELDS.asset(),
      terms: FIELDS.count(),
      for: FIELDS.recipient(false),
      another: FIELDS.flag(),
    },
    plan: (context, { asset, terms, for: holder, another = false }) =>
      buy(context, asset, { another, ...(terms ? { terms } : {}), ...(holder ? { holder } : {}) }),
    settled: async (_, foretold, { receipt, tx }) => ({
      ...foretold,
      license: eventArgs(receipt, 'Marketplace', 'Purchased')['licenseId'],
      tx,
    }),
  }),
  'license.renew': define<{ license: number; periods?: number }>({
    about: 'renew a licence',
    by: 'buyer',
    fields: { license: FIELDS.count(true), periods: FIELDS.count() },
    plan: (context, { license, periods = 1 }) => renew(context, BigInt(license), periods),
    settled: async (_, foretold, { receipt, tx }) => ({
      ...foretold,
      validUntil: eventArgs(receipt, 'LicenseRegistry', 'LicenseRenewed')['expiresAt'],
      tx,
    }),
  }),
  'license.set': define<LicenseParams>({
    about: 'offer an asset under terms',
    by: OWNER,
    fields: {
      asset: FIELDS.asset(),
      preset: FIELDS.any(),
      rights: FIELDS.any(),
      royalty: FIELDS.any(),
      price: FIELDS.any(),
      absolute: FIELDS.flag(),
      period: FIELDS.any(),
      expires: FIELDS.any(),
      ceiling: FIELDS.any(),
      calls: FIELDS.any(),
      text: FIELDS.any(),
      shareAlike: FIELDS.flag(),
      attribution: FIELDS.flag(),
      transferable: FIELDS.flag(),
      restrictions: FIELDS.any(),
    },
    check({ asset: _, ...terms }) {
      parseTerms(terms, 'The line');
    },
    async plan(context, { asset: ref, ...terms }) {
      const { asset } = await resolveAsset(context.chain, ref);
      return { asset: asset.name, ...(await attachTerms(context, asset, parseTerms(terms, 'The line'))) };
    },
    settled: async (_, foretold, { receipt, tx }) => ({
      ...foretold,
      terms: {
        ...(foretold['terms'] as Foretold),
        id: eventArgs(receipt, 'LicenseRegistry', 'TermsAttached')['termsId'],
      },
      tx,
    }),
  }),
  'license.unset': define<{ asset: string; terms: number }>({
    about: 'take back an offer',
    by: OWNER,
    fields: { asset: FIELDS.asset(), terms: FIELDS.count(true) },
    async plan(context, { asset: ref, terms }) {
      const { asset } = await resolveAsset(context.chain, ref);
      return { asset: asset.name, terms, tx: await detachTerms(context, asset, terms) };
    },
    settled: withTx,
  }),
  'account.send': define<{ to: Address; amount: bigint; wrapped?: boolean }>({
    about: 'send SAHARA, or WSAHARA with "wrapped": true',
    by: 'curator',
    fields: { to: FIELDS.recipient(), amount: FIELDS.amount(), wrapped: FIELDS.flag() },
    async sketch({ signer }, { to, amount, wrapped = false }) {
      const call: PlannedCall = wrapped
        ? encode('WSAHARA', 'transfer', [to, amount], 0n)
        : { to, value: amount, data: '0x', gas: SKETCHED_GAS };
      const token = wrapped ? 'WSAHARA' : 'SAHARA';
      const from = accountLabel(signer.account.address);
      return { calls: [call], foretold: { from, to: accountLabel(to), amount, token } };
    },
    async plan({ chain, signer }, { to, amount, wrapped = false }) {
      const tx = await (wrapped ? sendWrapped : sendNative)(chain, signer, to, amount);
      const token = wrapped ? 'WSAHARA' : 'SAHARA';
      return { from: accountLabel(signer.account.address), to: accountLabel(to), amount, token, tx };
    },
    settled: withTx,
  }),
  'account.unwrap': define<{ amount?: bigint }>({
    about: 'turn WSAHARA into SAHARA; all of it without an amount',
    by: 'curator',
    fields: { amount: FIELDS.amount(false) },
    async plan({ chain, signer }, { amount: asked }) {
      const amount = asked ?? (await balanceOf(chain, signer.account.address)).wrapped;
      const tx = amount === 0n ? null : await unwrap(chain, signer, amount);
      return { account: accountLabel(signer.account.address), amount, tx };
    },
    settled: withTx,
  }),
  publish: define<{ dir: string }>({
    about: 'publish the asset of a folder, by transactions of its own',
    by: '',
    fields: { dir: FIELDS.text(true) },
    plan: () => Promise.reject(new Error('a publication is not planned')),
    settled: withTx,
  }),
};

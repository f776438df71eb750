import type { Address, Hex } from '../base/hex.ts';
import { printable } from '../base/printable.ts';
import { ASSET_STATES, type ChainEvent } from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import { QUANTUM } from '../revenue/index.ts';

export type HistoryKind =
  | 'registered'
  | 'version'
  | 'transfer'
  | 'state'
  | 'terms-attached'
  | 'terms-detached'
  | 'license'
  | 'breach'
  | 'payment'
  | 'settlement';

export type HistoryEntry = {
  /** Number of the block, counted from the chain’s first, which is 0. */
  block: bigint;
  /** When the block was made, ISO time. */
  time: string;
  tx: Hex;
  kind: HistoryKind;
  /** The version that it is about: "penguins@1"; null where it is about the asset. */
  version: string | null;
  /** Who gave: the former owner, the payer; null elsewhere. */
  from: string | null;
  /** Who got: the publisher, the new owner, the holder of the licence; null elsewhere. */
  to: string | null;
  /** Wei: of a payment with the protocol’s fee in it, of a settlement all that was split; null elsewhere. */
  amount: bigint | null;
  /** Number of the terms; null elsewhere. */
  terms: number | null;
  /** Number of the licence that was granted or revoked; null elsewhere. */
  license: bigint | null;
  /** State that the asset was brought into; null elsewhere. */
  state: string | null;
  /** Reason given for a change of state, or for revoking a licence; null where there is none. */
  reason: string | null;
};

type Told = Omit<HistoryEntry, 'block' | 'time' | 'tx'>;

const NOTHING: Omit<Told, 'kind'> = {
  version: null,
  from: null,
  to: null,
  amount: null,
  terms: null,
  license: null,
  state: null,
  reason: null,
};

/** What an event says of the asset. */
export function entryOf(
  { name, args }: ChainEvent,
  labels: ReadonlyMap<bigint, string>,
  note: string | undefined,
): Told {
  const big = (key: string) => BigInt((args[key] ?? 0) as bigint | number);
  const who = (key: string) => accountLabel(args[key] as Address);
  const version = labels.get(big('versionId')) ?? null;
  switch (name) {
    case 'AssetRegistered':
      return { ...NOTHING, kind: 'registered', to: who('publisher') };
    case 'VersionPublished':
      return { ...NOTHING, kind: 'version', version };
    case 'Transfer':
      return { ...NOTHING, kind: 'transfer', from: who('from'), to: who('to') };
    case 'StateChanged': {
      const state = ASSET_STATES[Number(big('state'))] ?? 'revoked';
      return { ...NOTHING, kind: 'state', state, reason: note ?? null };
    }
    case 'TermsAttached':
      return { ...NOTHING, kind: 'terms-attached', terms: Number(big('termsId')) };
    case 'TermsDetached':
      return { ...NOTHING, kind: 'terms-detached', terms: Number(big('termsId')) };
    case 'LicenseGranted':
      return {
        ...NOTHING,
        kind: 'license',
        to: who('to'),
        terms: Number(big('termsId')),
        license: big('licenseId'),
      };
    case 'LicenseRevoked':
      return {
        ...NOTHING,
        kind: 'breach',
        license: big('licenseId'),
        reason: printable(`${args['reason']}`),
      };
    case 'Paid':
      return { ...NOTHING, kind: 'payment', version, from: who('payer'), amount: big('amount') };
    case 'Settled':
    case 'SettledDirect':
      return { ...NOTHING, kind: 'settlement', version, amount: big('units') * QUANTUM };
    default:
      throw new Error(`no history is made of ${name}`);
  }
}

/** An entry in words, without block and time. */
export function describeEntry(entry: HistoryEntry, formatSahara: (wei: bigint) => string): string {
  const { version, from, to, terms, license, state, reason } = entry;
  const amount = formatSahara(entry.amount ?? 0n);
  switch (entry.kind) {
    case 'registered':
      return `registered by ${to}`;
    case 'version':
      return `version ${version} published`;
    case 'transfer':
      return `transferred from ${from} to ${to}`;
    case 'state':
      return `${state === 'active' ? 'active again' : state}${reason === null ? '' : `: ${reason}`}`;
    case 'terms-attached':
      return `on offer under terms ${terms}`;
    case 'terms-detached':
      return `no longer on offer under terms ${terms}`;
    case 'license':
      return `license ${license} for ${to} under terms ${terms}`;
    case 'breach':
      return `license ${license} revoked for breach: ${reason}`;
    case 'payment':
      return `${amount} SAHARA paid by ${from} for ${version}`;
    case 'settlement':
      return `${amount} SAHARA of ${version} settled`;
  }
}

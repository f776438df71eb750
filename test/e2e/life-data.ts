/** What the commands of the life of an asset print with `--json`, as far as it is looked at. */
export type Published = {
  asset: { id: string; kind: string; name: string; owner: string };
  version: { id: string; number: number; label: string };
  cid: string;
  contentCid: string;
  changed: boolean;
  files: number;
  relations: { type: string; asset: string; royaltyBps: number }[];
  contributors: number;
  terms: { id: number; attached: boolean }[];
  tx: string | null;
};
export type Terms = { id: number; rights: string[]; royaltyBps: number; price: string; text: string };
export type Statement = {
  books: { asset: string; version: number; inflow: string; unsettled: string }[];
  earnings: { account: string; role: string; asset: string; version: number; amount: string }[];
  conservation: {
    holds: boolean;
    drift: string;
    paidIn: string;
    fees: string;
    pools: string;
    unsettled: string;
    claimed: string;
  };
};

const NAMES: Record<string, string> = {
  '0x70997970C51812dc3A010C7d01b50e0d17dc79C8': 'curator',
  '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955': 'labeler',
};

/** The named account of an address. */
export function nameOf(account: string): string {
  return NAMES[account] ?? account;
}

/** What an asset can be, in the order of the registry's numbers: dataset is 1. */
export const ASSET_KINDS = ['dataset', 'model', 'agent', 'compute', 'workflow', 'output'] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

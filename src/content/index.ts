export { type Block, exportCar, importCar } from './car.ts';
export { cidOfDigest, digestOfCid } from './cid.ts';
export { buildDag, CID_PROFILE, type Dag, type DagEntry, type DagFile } from './dag.ts';
export type { FetchedFile, FetchLimits } from './fetch.ts';
export { type Scan, type ScannedFile, scanFolder } from './scan.ts';
export {
  type ContentStore,
  type ContentStoreOptions,
  contentStore,
  type FetchOptions,
  type ListEntry,
  type PutOptions,
  type StoreVersion,
} from './store.ts';

export {
  type ContentAccess,
  type ContentKind,
  type ContentPath,
  type ManageOptions,
  openContent,
  parseContentPath,
} from './access.ts';
export { type CheckedCar, checkCar } from './car-check.ts';
export { type Exported, exportContent, openCar } from './car-file.ts';
export { type Imported, importContent } from './car-import.ts';
export {
  type Added,
  addPath,
  type Fetched,
  getContent,
  type Hashed,
  type HashedFile,
  hashPath,
  listContent,
  openContentFile,
} from './content.ts';
export {
  type HowPinned,
  howPinned,
  type Listed,
  listPins,
  type Pinned,
  type PinnedRoot,
  pinContent,
  unpinContent,
} from './pinning.ts';
export {
  type ContentFacts,
  collectGarbage,
  contentFacts,
  findGarbage,
  type Garbage,
  type NodeFacts,
  nodeFacts,
} from './repo.ts';
export { keptOnlyBy } from './unpin-loss.ts';

export { type Flow, QUANTUM, readBooks, readFlow, type VersionBooks, versionIdsOf } from './books.ts';
export { type BuiltList, buildList } from './build-list.ts';
export { type CheckedList, type ContributorShare, checkList } from './check-list.ts';
export { type Claimed, claim } from './claim.ts';
export { type Conservation, conservation, readDrift } from './conservation.ts';
export * from './contributors.ts';
export { type Earning, earnings, type RevenueStatement, statement } from './earnings.ts';
export * from './merkle-sum.ts';
export {
  type ContributorTable,
  indexesOf,
  rowAt,
  rowsOf,
  type TableBuilder,
  tableBuilder,
  tableOf,
} from './merkle-sum-table.ts';
export * from './model.ts';
export * from './model-types.ts';
export { type Paid, pay } from './pay.ts';
export * from './preview.ts';
export { preview, type RevenuePreview } from './preview-on-chain.ts';
export { type ContributorProofs, proveContributor } from './prove.ts';
export { type PublishedContributors, readContributors } from './published.ts';
export { readContributorFile, readContributorTable } from './read-contributors.ts';
export { readCommitment, registeredTree } from './registered.ts';
export { readMoved, type Settled, settle, settleVersions } from './settle.ts';

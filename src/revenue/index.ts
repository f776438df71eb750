export {
  canSettle,
  type DirectBooks,
  pooled,
  QUANTUM,
  readBooks,
  readFlow,
  type VersionBooks,
} from './books.ts';
export { type Claimed, claim } from './claim.ts';
export { type Conservation, conservation, readDrift } from './conservation.ts';
export * from './contributors.ts';
export { type Earning, earnings, type RevenueStatement, statement } from './earnings.ts';
export * from './merkle-sum.ts';
export * from './model.ts';
export * from './model-types.ts';
export { type Paid, pay } from './pay.ts';
export * from './preview.ts';
export { preview, type RevenuePreview } from './preview-on-chain.ts';
export { type PublishedContributors, readContributors } from './published.ts';
export { readCommitment, registeredTree } from './registered.ts';
export { readMoved, type Settled, settle } from './settle.ts';

export { isSha256Hex, sha256, sha256File, sha256Hex } from './digest.ts';
export {
  createDocumentKey,
  type DocumentKey,
  keyFingerprint,
  type LoadedDocumentKey,
  loadOrCreateDocumentKey,
  pemHint,
  publicPemOf,
  publicPoint,
} from './document-key.ts';
export {
  type BindingSubject,
  bindingChallenge,
  bindingPreimage,
  lowS,
  type RawSignature,
  signBindingChallenge,
  verifyBindingSignature,
} from './key-binding.ts';
export { type ModelBundle, type ModelVerification, signModel, verifyModel } from './model-signature.ts';
export type { SignedFile } from './model-statement.ts';

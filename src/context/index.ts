export type { Context, SigningContext } from './context.ts';
export { type Endpoints, endpointsOf, type OpenOptions, openContext, openSigner } from './open.ts';

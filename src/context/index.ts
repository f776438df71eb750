export type { Context, SigningContext } from './context.ts';
export { connect, endpointsOf, type Endpoints, openContext, type OpenOptions, openSigner } from './open.ts';

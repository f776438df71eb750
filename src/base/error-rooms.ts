import type { ErrorName } from './errors.ts';
import { ERRORS } from './errors.ts';

/** A part of the toolkit, by the first two digits of the codes that are its own. */
export type ErrorRoom = { codes: string; title: string };

/** In the order of their codes. */
const ROOMS: readonly ErrorRoom[] = [
  { codes: '00', title: 'The command line' },
  { codes: '10', title: 'Settings, projects and accounts' },
  { codes: '20', title: 'The devnet' },
  { codes: '30', title: 'The chain, transactions and funds' },
  { codes: '40', title: 'Content' },
  { codes: '50', title: 'Keys, signatures and verification' },
  { codes: '60', title: 'Assets, manifests and publishing' },
  { codes: '70', title: 'Terms, licences and the market' },
  { codes: '80', title: 'Payments, settling and claims' },
  { codes: '85', title: 'Scenarios and simulations' },
  { codes: '90', title: 'Builds, agents and models' },
];

const NAMES = (Object.keys(ERRORS) as ErrorName[]).sort((a, b) => (ERRORS[a].code < ERRORS[b].code ? -1 : 1));

/** The rooms, each with the names of its errors in the order of their codes. */
export const ERROR_ROOMS: readonly (ErrorRoom & { errors: readonly ErrorName[] })[] = ROOMS.map((room) => ({
  ...room,
  errors: NAMES.filter((name) => roomOf(ERRORS[name].code) === room.codes),
}));

/** The room of a code: the highest one that does not come after it. */
function roomOf(code: string): string | undefined {
  const digits = code.slice(4, 6);
  return ROOMS.findLast((room) => room.codes <= digits)?.codes;
}

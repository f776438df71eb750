export { defaultAccount } from '../config/roles.ts';

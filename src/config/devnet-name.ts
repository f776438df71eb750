/** The devnet that is meant where nobody names one. */
export const DEFAULT_DEVNET = 'default';

/** What a devnet may be called: it is a folder's name on every system, and a word on every command line. */
export const DEVNET_NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** The same in words, as it ends the sentence "must be ...". */
export const DEVNET_NAME_FORM = 'a devnet’s name: 1 to 32 of a-z, 0-9 and the dash, a letter first';

/** @throws DEVNET_NAME_INVALID */
export async function assertDevnetName(name: string): Promise<void> {
  if (DEVNET_NAME.test(name)) return;
  // Not loaded where all is well.
  const { SaharaError } = await import('../base/errors.ts');
  throw new SaharaError('DEVNET_NAME_INVALID', { name });
}

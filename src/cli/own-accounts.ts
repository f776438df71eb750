import { SaharaError } from '../base/errors.ts';
import { keystoreFolder, passwordFromFile, setAccountSources } from '../config/own-accounts.ts';
import type { Output } from './output.ts';
import { canAsk } from './prompts.ts';
import { isDumb, wantsScreenReader } from './ui/terminal.ts';

type Asking = { output: Pick<Output, 'format'>; signal: AbortSignal };

/** Makes the keystore files of a project the accounts of the user's own in this process. */
export function knowOwnAccounts(stateDir: string, asking: Asking): void {
  setAccountSources({
    folder: keystoreFolder(stateDir, process.env),
    password: ({ name }) => passwordOf(name, asking, `Password of ${name}:`),
  });
}

/**
 * A password from the file that SAHARA_PASSWORD_FILE names, else from the terminal, where it is not shown.
 *
 * @throws PASSWORD_MISSING, INTERRUPTED
 */
export async function passwordOf(account: string, asking: Asking, message: string): Promise<string> {
  const known = passwordFromFile(account, process.env);
  if (known !== undefined) return known;
  const missing = (reason: string) => new SaharaError('PASSWORD_MISSING', { account, reason });
  if (!canAsk(asking.output.format))
    throw missing('there is no terminal to ask, and SAHARA_PASSWORD_FILE is not set');
  // Such terminals write out whatever is typed.
  if (wantsScreenReader() || isDumb())
    throw missing('this terminal cannot hide it, and SAHARA_PASSWORD_FILE is not set');
  const { askSecret } = await import('./ui/key-prompter.ts');
  return await askSecret(asking.signal, message);
}

/** The password of an account that is yet to be made; on the terminal it is typed twice. @throws PASSWORD_MISSING */
export async function newPassword(account: string, asking: Asking): Promise<string> {
  const missing = (reason: string) => new SaharaError('PASSWORD_MISSING', { account, reason });
  const password = await passwordOf(account, asking, `A password for ${account}:`);
  if (password === '') throw missing('an empty one protects nothing');
  if (passwordFromFile(account, process.env) !== undefined) return password;
  if ((await passwordOf(account, asking, 'The same again:')) !== password)
    throw missing('the two that were typed are not the same');
  return password;
}

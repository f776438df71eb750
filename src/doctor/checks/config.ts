import { SaharaError } from '../../base/errors.ts';
import { ok, problem, type Run } from '../check.ts';
import { configOf } from '../shared.ts';

/** The settings can be loaded, by the very code that every command uses. */
export const run: Run = async (env) => {
  try {
    const { origins } = await configOf(env);
    const set = Object.values(origins).filter((o) => o !== 'default').length;
    return ok(
      set === 0 ? 'All settings have their defaults.' : `${set} settings are set, all of them valid.`,
    );
  } catch (error) {
    if (!(error instanceof SaharaError)) throw error;
    return problem(error.message, { detail: [error.fix], remedy: error.next });
  }
};

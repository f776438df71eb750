import { shellQuote } from '../../base/shell-quote.ts';
import { anvilBinary } from '../../devnet/toolkit.ts';
import { ok, problem, type Run, warning } from '../check.ts';
import { say } from '../program.ts';
import { INSTALL_AGAIN, manifestOf } from '../toolkit-manifest.ts';

/** The chain's program is there, runs, and is the one that the toolkit was made with. */
export const run: Run = async ({ toolkit, env, signal }) => {
  let binary: string;
  try {
    binary = anvilBinary(toolkit);
  } catch (error) {
    return problem((error as Error).message, { detail: [INSTALL_AGAIN] });
  }
  const said = await say(binary, ['--version'], { env, signal }).catch((error: Error) => error);
  if (said instanceof Error)
    return problem(`anvil is there and does not run: ${said.message}.`, {
      detail: [binary, INSTALL_AGAIN],
      ...(said.message === 'EACCES'
        ? { remedy: [{ command: `chmod +x ${shellQuote(binary)}`, when: 'to let anvil run' }] }
        : {}),
    });
  const version = /anvil(?: Version:)?\s+v?(\d+\.\d+\.\d+\S*)/i.exec(said.stdout)?.[1];
  if (said.code !== 0 || version === undefined)
    return problem(`anvil does not say its version (exit code ${said.code}).`, {
      detail: [binary, INSTALL_AGAIN],
    });
  const wanted = manifestOf(toolkit)?.dependencies['@foundry-rs/anvil'];
  const versions = { anvil: version };
  if (wanted !== undefined && version !== wanted)
    return warning(`anvil is ${version}; the toolkit was made with ${wanted}.`, {
      detail: [binary, INSTALL_AGAIN],
      versions,
    });
  return ok(`anvil ${version} runs.`, { versions });
};

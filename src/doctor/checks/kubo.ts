import { note, ok, problem, type Run, skipped } from '../check.ts';
import { say } from '../program.ts';
import { configOf } from '../shared.ts';

/** Where Kubo is asked for it is there and runs. */
export const run: Run = async (env) => {
  const node = await configOf(env).then(
    ({ config }) => config.content.node,
    () => 'auto' as const,
  );
  const { findKubo } = await import('../../devnet/kubo/find.ts');
  const named = env.env['KUBO_BINARY'];
  const found = (await findKubo(env.env))?.binary;
  if (node === 'embedded')
    return named && !found
      ? note('KUBO_BINARY names no program; the settings ask for the embedded content node anyway.')
      : skipped('The settings ask for the embedded content node.');
  const embedded = {
    command: 'SAHARA_CONTENT_NODE=embedded sahara devnet start',
    when: 'to use the embedded content node',
  };
  if (!found) {
    if (named)
      return problem(`KUBO_BINARY names ${named}, which is no program.`, {
        detail: [
          'Correct it, or remove it: then `ipfs` is looked for on PATH, and the embedded content node taken.',
        ],
        remedy: [{ command: 'unset KUBO_BINARY', when: 'to do without it' }],
      });
    if (node === 'kubo')
      return problem('The settings ask for Kubo, and there is none.', {
        detail: ['Run sahara ipfs install, let KUBO_BINARY name the ipfs program, or put ipfs on PATH.'],
        remedy: [embedded],
      });
    return skipped('There is no Kubo; the devnet has a content node of its own.');
  }
  const said = await say(found, ['--version'], env).catch((error: Error) => error);
  const version = said instanceof Error ? undefined : /(\d+\.\d+\.\d+\S*)/.exec(said.stdout)?.[1];
  if (said instanceof Error || said.code !== 0 || !version)
    return problem(
      `Kubo at ${found} does not run${said instanceof Error ? `: ${said.message}` : ` (exit code ${said.code})`}.`,
      { detail: ['The devnet would try to use it, and not start.'], remedy: [embedded] },
    );
  return ok(`Kubo ${version} runs.`, { versions: { kubo: version } });
};

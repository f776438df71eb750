import { post } from '../ask.ts';
import { ok, problem, type Run, skipped } from '../check.ts';
import { configOf } from '../shared.ts';

/** Content nodes that the settings name answer. */
export const run: Run = async (env) => {
  const loaded = await configOf(env).catch(() => undefined);
  if (!loaded) return skipped('The settings cannot be read.');
  const { content, devnet } = loaded.config;
  const named = (
    [
      ['content.api', content.api],
      ['devnet.externalContent', devnet.externalContent],
    ] as const
  ).flatMap(([path, url]) => (url === null ? [] : [{ path, url }]));
  if (named.length === 0) return skipped('The settings name no other content node than the devnet’s.');
  const answers = await Promise.all(
    named.map(async ({ path, url }) => {
      try {
        const response = await post(`${url.replace(/\/$/, '')}/api/v0/version`, env.signal);
        const { Version } = (await response.json()) as { Version?: string };
        return {
          path,
          url,
          says: `The content node at ${url} answers (${Version ?? 'no version'}).`,
          failed: false,
        };
      } catch (error) {
        return {
          path,
          url,
          says: `The content node at ${url} does not answer: ${(error as Error).message}.`,
          failed: true,
        };
      }
    }),
  );
  const failed = answers.filter((a) => a.failed);
  if (failed.length === 0) return ok(answers.map((a) => a.says).join(' '));
  return problem(failed.map((a) => a.says).join(' '), {
    detail: failed.map((a) => `${a.path} is set by ${loaded.origins[a.path]}.`),
    remedy: [{ command: 'sahara config show', when: 'to see where it comes from' }],
  });
};

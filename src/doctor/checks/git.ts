import { note, ok, type Run } from '../check.ts';
import { say } from '../program.ts';

/** The toolkit needs no git; whoever keeps a project in it wants to know that it is there. */
export const run: Run = async ({ env, signal }) => {
  const said = await say('git', ['--version'], { env, signal }).catch(() => undefined);
  const version = /(\d+\.\d+\S*)/.exec(said?.stdout ?? '')?.[1];
  return version
    ? ok(`git ${version} is there.`, { versions: { git: version } })
    : note('There is no git here; the toolkit does not need it.');
};

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ok, problem, type Run } from '../check.ts';
import { commandsOf, INSTALL_AGAIN, manifestOf } from '../toolkit-manifest.ts';

/** The parts of the toolkit belong together: an installation over an older one may leave some of both. */
export const run: Run = ({ toolkit }) => {
  const version = manifestOf(toolkit)?.version;
  const commands = commandsOf(toolkit);
  if (!version || !commands) return problem('The version cannot be told.', { detail: [INSTALL_AGAIN] });
  if (commands.version !== version)
    return problem(`The toolkit is ${version}, its list of commands is of ${commands.version}.`, {
      detail: [INSTALL_AGAIN],
    });
  const listed = new Set(Object.values(commands.commands).map((c) => c.relativePath.join('/')));
  const folder = join(toolkit, 'dist', 'commands');
  const built = existsSync(folder)
    ? (readdirSync(folder, { recursive: true }) as string[]).filter((f) => f.endsWith('.js'))
    : [];
  const unlisted = built.map((f) => `dist/commands/${f.replaceAll('\\', '/')}`).filter((f) => !listed.has(f));
  if (unlisted.length > 0)
    return problem(`${unlisted.length} of its commands are not in oclif.manifest.json.`, {
      detail: [unlisted.slice(0, 5).join(', '), INSTALL_AGAIN],
    });
  return ok(`All parts are of version ${version}; it has ${listed.size} commands.`);
};

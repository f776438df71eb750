import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ok, problem, type Run } from '../check.ts';
import { commandsOf, INSTALL_AGAIN, manifestOf } from '../toolkit-manifest.ts';

/** Programs that run as processes of their own. */
const PROCESSES = ['dist/cli/main.js', 'dist/devnet/supervisor/main.js', 'dist/content/node/main.js'];
const MAX_SHOWN = 5;

/** Every file that a command, a room or a process of the toolkit loads: from the entry points along all imports. */
export const run: Run = ({ toolkit }) => {
  const manifest = manifestOf(toolkit);
  const commands = commandsOf(toolkit);
  const rooms = Object.values(manifest?.exports ?? {}).flatMap((e) =>
    typeof e === 'string' ? [e] : [e.default],
  );
  const entries = [
    'package.json',
    'bin/run.js',
    'oclif.manifest.json',
    ...PROCESSES,
    ...rooms,
    ...Object.values(commands?.commands ?? {}).map((c) => c.relativePath.join('/')),
  ];
  const seen = new Set<string>();
  const missing: string[] = [];
  for (const open = entries.map((e) => resolve(toolkit, e)); ; ) {
    const file = open.pop();
    if (file === undefined) break;
    if (seen.has(file)) continue;
    seen.add(file);
    if (!existsSync(file)) missing.push(relative(toolkit, file));
    else if (file.startsWith(join(toolkit, 'dist'))) open.push(...importsOf(file));
  }
  for (const [name, read] of [
    ['package.json', manifest],
    ['oclif.manifest.json', commands],
  ] as const)
    if (!read && !missing.includes(name)) missing.push(`${name} (it is there, and cannot be read)`);
  if (missing.length === 0) return ok(`All ${seen.size} files of the toolkit are there.`);
  const more = missing.length - MAX_SHOWN;
  return problem(
    `${missing.length} ${missing.length === 1 ? 'file' : 'files'} of the toolkit ${missing.length === 1 ? 'is' : 'are'} missing.`,
    {
      detail: [
        `${missing.slice(0, MAX_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
        INSTALL_AGAIN,
      ],
    },
  );
};

/** The files of ours that a bundled file imports, as the bundler writes it. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*["'`](\.\.?\/[^"'`\n]+\.js)["'`]/g)].map((m) =>
    resolve(dirname(file), m[1] ?? ''),
  );
}

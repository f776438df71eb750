import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { shellQuote } from '../../base/shell-quote.ts';
import { type Shell, scriptOf } from './shells.ts';

/** Where things are for one user. */
export type Home = { home: string; env: NodeJS.ProcessEnv; platform: NodeJS.Platform };

export type Change = {
  path: string;
  change: 'write' | 'remove' | 'none';
  /** The line that is put into, or taken out of, the shell's own startup file. */
  line?: string;
};

/** Ends the one line that is ours in a startup file; by it the line is found again. */
const MARK = '# sahara completion';

type Places = { script: string; startup?: { path: string; line: string } };

function places(shell: Shell, { home, env, platform }: Home): Places {
  const data = env['XDG_DATA_HOME'] || join(home, '.local', 'share');
  const config = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const posix = (name: string, startup: string): Places => {
    const script = join(data, 'sahara', name);
    const word = shellQuote(script);
    return {
      script,
      startup: { path: startup, line: `if [ -r ${word} ]; then . ${word}; fi ${MARK}` },
    };
  };
  switch (shell) {
    case 'bash':
      // The terminal of macOS opens login shells, which read another file.
      return posix('completion.bash', join(home, platform === 'darwin' ? '.bash_profile' : '.bashrc'));
    case 'zsh':
      return posix('completion.zsh', join(env['ZDOTDIR'] || home, '.zshrc'));
    case 'fish':
      return { script: join(config, 'fish', 'completions', 'sahara.fish') };
    case 'powershell': {
      const script = join(data, 'sahara', 'completion.ps1');
      const word = `'${script.replaceAll("'", "''")}'`;
      const folder =
        platform === 'win32' ? join(home, 'Documents', 'PowerShell') : join(config, 'powershell');
      return {
        script,
        startup: {
          path: join(folder, 'Microsoft.PowerShell_profile.ps1'),
          line: `if (Test-Path ${word}) { . ${word} } ${MARK}`,
        },
      };
    }
  }
}

/** Puts the completion script where the shell finds it; where it is already, nothing is written. */
export function installCompletion(shell: Shell, where: Home, dryRun: boolean): Change[] {
  const { script, startup } = places(shell, where);
  const wanted = Buffer.from(scriptOf(shell));
  const current = bytesOf(script)?.equals(wanted) === true;
  if (!current && !dryRun) write(script, wanted);
  const changes: Change[] = [{ path: script, change: current ? 'none' : 'write' }];
  if (startup) changes.push(withLine(startup, startup.line, dryRun));
  return changes;
}

/** Takes out what installing put in. Where there is nothing, nothing is done. */
export function uninstallCompletion(shell: Shell, where: Home, dryRun: boolean): Change[] {
  const { script, startup } = places(shell, where);
  const there = existsSync(script);
  // The line first: a shell that starts in between finds no line, not a line without its script.
  const changes: Change[] = startup ? [withLine(startup, undefined, dryRun)] : [];
  if (there && !dryRun) rmSync(script);
  return [...changes, { path: script, change: there ? 'remove' : 'none' }];
}

/** The startup file with this line of ours and no other, or without one. */
function withLine(
  { path, line: ours }: { path: string; line: string },
  line: string | undefined,
  dryRun: boolean,
): Change {
  // Byte by byte: whatever encoding the rest of the file has, it stays.
  const before = (bytesOf(path) ?? Buffer.alloc(0)).toString('latin1');
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  const lines = before === '' ? [] : before.replace(/\r?\n$/, '').split(/\r?\n/);
  const encoded = line === undefined ? undefined : Buffer.from(line).toString('latin1');
  const isOurs = (text: string) => text.trimEnd().endsWith(MARK);
  const first = lines.findIndex(isOurs);
  const others = lines.filter((text) => !isOurs(text));
  const after =
    encoded === undefined
      ? others
      : first === -1
        ? [...others, encoded]
        : [...others.slice(0, first), encoded, ...others.slice(first)];
  if (after.length === lines.length && after.every((text, i) => text === lines[i]))
    return { path, change: 'none' };
  if (!dryRun) write(path, Buffer.from(after.map((text) => `${text}${eol}`).join(''), 'latin1'));
  return { path, change: 'write', line: ours };
}

function bytesOf(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** Replaces a file in one step; one that is a link, as startup files often are, stays one. */
function write(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  const real = existsSync(path) ? realpathSync(path) : path;
  writeFileAtomic(real, bytes, existsSync(real) ? statSync(real).mode & 0o777 : 0o644);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

type Flag = {
  type: 'boolean' | 'option';
  char?: string;
  aliases?: string[];
  charAliases?: string[];
  allowNo?: boolean;
  options?: string[];
  required?: boolean;
  exclusive?: string[];
};
type Command = {
  aliases?: string[];
  strict?: boolean;
  flags: Record<string, Flag>;
  args: Record<string, { required?: boolean; options?: string[] }>;
};

let known: Map<string, Command> | undefined;

/** The commands by their words, as the committed manifest has them. */
function commands(): Map<string, Command> {
  if (known) return known;
  const manifest = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, Command>;
  };
  known = new Map(
    Object.entries(manifest.commands).flatMap(([id, command]) =>
      [id, ...(command.aliases ?? [])].map((name) => [name.replaceAll(':', ' '), command] as const),
    ),
  );
  return known;
}

/** Requires that each proposed step is a line that can be pasted into a shell: no placeholder, and a valid command line. */
export function expectPasteable(steps: readonly { command: string; when: string }[]): void {
  for (const { command, when } of steps) {
    expect(faultInLine(command), `next step: ${command}`).toBe(null);
    expect(when, `reason of: ${command}`).toMatch(/^\S[^\n]{4,}[^.\s]$/);
  }
}

/** What a shell or the command would not take in a proposed line; null when it takes all of it. */
export function faultInLine(line: string): string | null {
  const parts = shellCommands(line);
  if (typeof parts === 'string') return parts;
  for (const words of parts) {
    const fault = faultInCommand(words);
    if (fault) return fault;
  }
  return null;
}

/** Programs and built-ins that a proposal may rely on: every shell and POSIX system has them, or whoever has a repository. */
const EVERYWHERE = new Set([':', 'chmod', 'git', 'kill', 'mv', 'rm', 'sudo', 'unset']);

function faultInCommand(given: readonly string[]): string | null {
  const words = [...given];
  if (words[0] === 'export') words.shift();
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? '')) words.shift();
  const [program, ...rest] = words;
  if (program === undefined) return null;
  if (program === 'cd') return rest.length <= 1 ? null : 'cd takes one folder';
  if (program === 'eval') {
    const inner = /^\$\((.*)\)$/.exec(rest.join(' '))?.[1];
    return inner === undefined ? 'eval takes "$(...)"' : faultInLine(inner);
  }
  if (program === 'sahara') return faultInArguments(rest);
  return EVERYWHERE.has(program) ? null : `${program} is not a program to rely on`;
}

function faultInArguments(words: readonly string[]): string | null {
  if (words.length === 0 || (words.length === 1 && /^--(help|version)$/.test(words[0] ?? ''))) return null;
  const help = words.includes('--help');
  const name = [3, 2, 1].map((n) => words.slice(0, n).join(' ')).find((n) => commands().has(n));
  const command = name === undefined ? undefined : commands().get(name);
  if (!command || name === undefined) {
    const isTopic = help && [...commands().keys()].some((id) => id.startsWith(`${words[0]} `));
    return isTopic && words.length === 2 ? null : `"${words.join(' ')}" begins with no command`;
  }
  return help ? null : faultInCall(command, words.slice(name.split(' ').length));
}

function faultInCall(command: Command, words: readonly string[]): string | null {
  const positional: string[] = [];
  const used = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') {
      positional.push(...words.slice(i + 1));
      break;
    }
    if (!/^-./.test(word)) {
      positional.push(word);
      continue;
    }
    const [typed = '', inline] = word.startsWith('--') ? split(word) : [word.slice(0, 2), word.slice(2)];
    const found = findFlag(command, typed);
    if (!found) return `there is no flag ${typed}`;
    const [name, flag] = found;
    used.add(name);
    if (flag.type === 'boolean') continue;
    const value = inline || words[++i];
    if (value === undefined) return `${typed} lacks its value`;
    if (flag.options && !flag.options.includes(value)) return `${typed} does not take ${value}`;
  }
  return faultInWhole(command, positional, used);
}

function faultInWhole(
  command: Command,
  positional: readonly string[],
  used: ReadonlySet<string>,
): string | null {
  const args = Object.entries(command.args);
  if (positional.length > args.length && command.strict !== false)
    return `it takes at most ${args.length} arguments`;
  for (const [i, [name, arg]] of args.entries()) {
    const value = positional[i];
    if (value === undefined && arg.required) return `the argument ${name} is missing`;
    if (value !== undefined && arg.options && !arg.options.includes(value))
      return `${name} does not take ${value}`;
  }
  for (const [name, flag] of Object.entries(command.flags)) {
    if (flag.required && !used.has(name)) return `--${name} is missing`;
    const clash = used.has(name) && flag.exclusive?.find((other) => used.has(other));
    if (clash) return `--${name} and --${clash} exclude each other`;
  }
  return null;
}

function split(word: string): [string, string?] {
  const at = word.indexOf('=');
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function findFlag(command: Command, typed: string): [string, Flag] | undefined {
  return Object.entries(command.flags).find(
    ([name, flag]) =>
      [name, ...(flag.aliases ?? [])].some(
        (n) => typed === `--${n}` || (flag.allowNo && typed === `--no-${n}`),
      ) || [flag.char, ...(flag.charAliases ?? [])].some((c) => c !== undefined && typed === `-${c}`),
  );
}

/**
 * The commands of a line as a POSIX shell would read it, each as its words with the quotes taken off; a sentence when
 * it has something that a line to paste must not have.
 */
export function shellCommands(line: string): string[][] | string {
  const parts: string[][] = [[]];
  let word: string | undefined;
  const end = () => {
    if (word !== undefined) parts.at(-1)?.push(word);
    word = undefined;
  };
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (c === "'" || c === '"') {
      const close = closing(line, i, c);
      if (close === -1) return `a quote (${c}) is not closed`;
      const inner = line.slice(i + 1, close);
      if (c === '"' && /[`$]/.test(inner.replace(/^\$\(.*\)$/, ''))) return `"${inner}" would be expanded`;
      word = (word ?? '') + (c === '"' ? inner.replace(/\\(["\\$`])/g, '$1') : inner);
      i = close;
    } else if (c === '\\') word = (word ?? '') + (line[++i] ?? '');
    else if (c === ' ') end();
    else if (c === ';' || (c === '&' && line[i + 1] === '&')) {
      end();
      parts.push([]);
      if (c === '&') i++;
    } else if (c === '~' && word === undefined) word = c;
    else if (c === '>' && line[i - 1] === ' ' && line[i + 1] === ' ') end();
    else if (/[\n<>|&$`*?()[\]{}#~…!]/.test(c)) return `"${c}" stands outside of quotes`;
    else word = (word ?? '') + c;
  }
  end();
  return parts;
}

/** Where a quoted part ends; in double quotes \" does not end it. */
function closing(line: string, from: number, quote: string): number {
  for (let i = from + 1; i < line.length; i++) {
    if (quote === '"' && line[i] === '\\') i++;
    else if (line[i] === quote) return i;
  }
  return -1;
}

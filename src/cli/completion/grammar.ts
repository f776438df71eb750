import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What completion needs to know of a flag, as `oclif.manifest.json` has it. */
export type FlagSpec = {
  name: string;
  type: 'boolean' | 'option';
  char?: string;
  summary?: string;
  description?: string;
  options?: string[];
  multiple?: boolean;
  allowNo?: boolean;
  hidden?: boolean;
  exclusive?: string[];
  helpGroup?: string;
};

export type ArgSpec = {
  name: string;
  description?: string;
  options?: string[];
  hidden?: boolean;
  multiple?: boolean;
};

export type CommandSpec = {
  /** Words joined by colons: "asset:show". */
  id: string;
  summary?: string;
  description?: string;
  hidden?: boolean;
  /** False where arguments beyond the declared ones are taken. */
  strict?: boolean;
  args: Record<string, ArgSpec>;
  flags: Record<string, FlagSpec>;
};

/** All commands and what their topics are for. */
export type Grammar = { commands: Record<string, CommandSpec>; topics: Record<string, string> };

/**
 * The commands as they were when the toolkit was built. Reading and parsing all of it takes about a millisecond, so
 * there is no smaller index that could be stale.
 */
export function readGrammar(root: string): Grammar {
  const { commands } = read(join(root, 'oclif.manifest.json')) as Pick<Grammar, 'commands'>;
  const { oclif } = read(join(root, 'package.json')) as {
    oclif: { topics?: Record<string, { description?: string }> };
  };
  const topics = Object.entries(oclif.topics ?? {}).map(([name, t]) => [name, t.description ?? '']);
  return { commands, topics: Object.fromEntries(topics) };
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The words that can follow these words of a command's name, each with what it is for. */
export function wordsAfter(grammar: Grammar, path: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const command of Object.values(grammar.commands)) {
    const parts = command.id.split(':');
    const word = parts[path.length];
    if (command.hidden || word === undefined || path.some((p, i) => parts[i] !== p)) continue;
    const id = parts.slice(0, path.length + 1).join(':');
    const own = grammar.commands[id];
    found.set(word, own?.summary ?? own?.description ?? grammar.topics[id] ?? '');
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The values that a flag or argument is limited to, or undefined when it takes others. */
export function optionsOf(spec: FlagSpec | ArgSpec): readonly string[] | undefined {
  return spec.options && spec.options.length > 0 ? spec.options : undefined;
}

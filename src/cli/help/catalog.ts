import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The commands as `oclif.manifest.json` has them: what can be known of them without loading one. */
export type Catalog = {
  /** As in package.json. */
  name: string;
  version: string;
  /** What the toolkit is, in a line. */
  about: string;
  /** What the commands of a topic are about, by the topic's name. */
  topics: Readonly<Record<string, string>>;
  /** By the words that are typed: "asset show". Hidden ones too. */
  commands: ReadonlyMap<string, CatalogCommand>;
};

export type CatalogCommand = {
  id: string;
  /** Its file, below the root of the toolkit. */
  relativePath: string[];
  summary?: string;
  description?: string;
  examples?: string[];
  /** Where the line is not what its arguments and flags would make of it; without `sahara`. */
  usage?: string;
  hidden?: boolean;
  /** False where any number of further words may follow. */
  strict?: boolean;
  args: Record<string, CatalogArg>;
  flags: Record<string, CatalogFlag>;
  writes?: string[];
  /** Exit codes that mean something special, with what they mean. */
  exits?: Record<string, string>;
};

export type CatalogArg = {
  name: string;
  description?: string;
  required?: boolean;
  default?: unknown;
  options?: string[];
};

export type CatalogFlag = CatalogArg & {
  type: 'boolean' | 'option';
  char?: string;
  helpValue?: string;
  helpGroup?: string;
  env?: string;
  multiple?: boolean;
  hidden?: boolean;
  allowNo?: boolean;
};

type Package = {
  name: string;
  version: string;
  description: string;
  oclif: { topics: Record<string, { description: string }> };
};

/** @param root the folder of the toolkit, where package.json and the manifest are */
export function readCatalog(root: string): Catalog {
  const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const { name, version, description, oclif } = json('package.json') as Package;
  const { commands } = json('oclif.manifest.json') as { commands: Record<string, CatalogCommand> };
  return {
    name,
    version,
    about: description,
    topics: Object.fromEntries(Object.entries(oclif.topics).map(([topic, t]) => [topic, t.description])),
    commands: new Map(Object.entries(commands).map(([id, c]) => [id.replaceAll(':', ' '), c])),
  };
}

/** The commands that are shown, of a topic or all, in the order of the manifest. */
export function visibleCommands(catalog: Catalog, topic?: string): [string, CatalogCommand][] {
  return [...catalog.commands].filter(
    ([words, { hidden }]) => !hidden && (topic === undefined || words.startsWith(`${topic} `)),
  );
}

/** True for "asset", the first word of several commands. */
export function isTopic(catalog: Catalog, word: string): boolean {
  return [...catalog.commands.keys()].some((words) => words.startsWith(`${word} `));
}

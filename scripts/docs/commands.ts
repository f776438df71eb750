import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Catalog, isTopic, readCatalog, visibleCommands } from '../../src/cli/help/catalog.ts';
import {
  type ArgHelp,
  type CommandHelp,
  commandHelp,
  type FlagHelp,
  globalHelp,
  rootHelp,
  topicHelp,
} from '../../src/cli/help/help-data.ts';
import { meaning } from '../../src/cli/help/meaning.ts';
import { wrap } from '../../src/cli/help/wrap.ts';
import { markdownTable, textBlock } from './markdown.ts';

const WIDTH = 120;
const CHANGES: Readonly<Record<string, string>> = {
  files: 'files below the working directory',
  chain: 'the chain or the content store',
  services: 'the services of the devnet',
};

/** The command reference: an index, and a page for each topic and each command without one. File name -> text. */
export function pages(root: string): Record<string, string> {
  const catalog = readCatalog(root);
  const words = [...new Set(visibleCommands(catalog).map(([name]) => name.split(' ')[0] ?? ''))];
  return {
    'README.md': indexPage(catalog),
    ...Object.fromEntries(
      words.map((word) => [
        `${word}.md`,
        isTopic(catalog, word) ? topicPage(catalog, word, root) : onePage(catalog, word, root),
      ]),
    ),
  };
}

function indexPage(catalog: Catalog): string {
  const { examples, groups } = rootHelp(catalog);
  const { flags, exitCodes, environment } = globalHelp(catalog);
  const left = Math.max(...examples.map((e) => e.command.length));
  return page([
    '# Commands',
    'Made from the commands themselves by `npm run docs`; `sahara help` shows the same in a terminal.',
    textBlock(examples.map((e) => `$ ${e.command.padEnd(left)}   # ${e.summary}`)),
    ...groups.flatMap(({ title, commands }) => [
      `## ${title}`,
      markdownTable(
        ['command', 'does'],
        commands.map((c) => [`[${c.command}](${c.command}.md)`, c.summary]),
      ),
    ]),
    '## Flags of all commands',
    flagTable(flags),
    '## Exit codes',
    'The same in text and in JSON. Pages of commands name those that say something special there.',
    markdownTable(
      ['code', 'means'],
      exitCodes.map((e) => [`${e.code}`, e.meaning]),
    ),
    '## Environment',
    markdownTable(
      ['variable', 'does'],
      environment.map((e) => [`\`${e.name}\``, e.description]),
    ),
  ]);
}

function topicPage(catalog: Catalog, topic: string, root: string): string {
  const { summary, commands } = topicHelp(catalog, topic);
  return page([
    `# sahara ${topic}`,
    summary,
    markdownTable(
      ['command', 'does'],
      commands.map((c) => [`[${c.command}](#sahara-${c.command.replaceAll(' ', '-')})`, c.summary]),
    ),
    ...commands.flatMap(({ command }) => section(commandHelp(catalog, command), '##', root)),
  ]);
}

function onePage(catalog: Catalog, name: string, root: string): string {
  return page(section(commandHelp(catalog, name), '#', root));
}

function section(help: CommandHelp, level: string, root: string): string[] {
  return [
    `${level} sahara ${help.command}`,
    help.summary,
    textBlock(help.examples.map((e) => `$ ${e}`)),
    ...(help.description ? [wrap(help.description, WIDTH)] : []),
    `Usage: \`${help.usage}\``,
    ...(help.args.length > 0 ? [argTable(help.args)] : []),
    ...(help.flags.length > 0 ? [flagTable(help.flags)] : []),
    changes(help),
    ...(help.exitCodes.length > 0
      ? [help.exitCodes.map((e) => `- Exit code ${e.code}: ${e.meaning}`).join('\n')]
      : []),
    output(help, root),
    wrap(`See also: ${related(help)}.`, WIDTH),
  ];
}

function changes({ writes, flags }: CommandHelp): string {
  if (writes.length === 0) return 'Changes nothing.';
  const dry = flags.some((f) => f.name === 'dry-run')
    ? ' With `--dry-run` it only says what it would do.'
    : '';
  return `Changes ${writes.map((w) => CHANGES[w] ?? w).join(', and ')}.${dry}`;
}

/** What it prints as JSON: where the schema is, once there are schemas. */
function output({ command }: CommandHelp, root: string): string {
  const schema = `schemas/${command.replaceAll(' ', '.')}.schema.json`;
  if (!existsSync(join(root, schema))) return `Fields of its output: \`sahara ${command} --json\`.`;
  return `Fields of its output: [${schema}](../../${schema}), or \`sahara schema ${command}\`.`;
}

function related({ seeAlso }: CommandHelp): string {
  const others = seeAlso.filter((s) => !s.command.startsWith('sahara schema '));
  const links = others.map((s) => `[${s.command}](${linkTo(s.command)})`);
  return [...links, '[what all commands share](README.md#flags-of-all-commands)'].join(', ');
}

function linkTo(command: string): string {
  const [, word = '', ...rest] = command.split(' ');
  return rest.length > 0 ? `${word}.md#sahara-${[word, ...rest].join('-')}` : `${word}.md`;
}

const argTable = (args: readonly ArgHelp[]): string =>
  markdownTable(
    ['argument', 'is'],
    args.map((a) => [`\`${a.name}\``, meaning(a)]),
  );

const flagTable = (flags: readonly FlagHelp[]): string =>
  markdownTable(
    ['flag', 'does'],
    flags.map((f) => {
      const value = f.value !== null && !f.options ? ` ${f.value}` : '';
      return [`${f.char ? `\`${f.char}\`, ` : ''}\`--${f.name}${value}\``, meaning(f)];
    }),
  );

const page = (parts: readonly string[]): string => `${parts.join('\n\n')}\n`;

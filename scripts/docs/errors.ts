import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { type Explanation, explanations } from '../../src/cli/explain.ts';
import { markdownTable, textBlock } from './markdown.ts';

/** docs/errors/: a page for each error, and one that lists them. */
export function pages(): Record<string, string> {
  const errors = explanations();
  return {
    'README.md': index(errors),
    ...Object.fromEntries(errors.map((e) => [`${e.code}.md`, page(e)])),
  };
}

function index(errors: readonly Explanation[]): string {
  const rooms = [...new Set(errors.map((e) => e.room))];
  const kinds = Object.entries(EXIT_CODES).map(([kind, exitCode]) => [kind, `${exitCode}`]);
  return `# Errors

Every error that the toolkit foresees has a code that stays, a kind that decides the exit code, and the steps that are
worth taking. \`sahara explain CODE\` says on your screen what is written here.

${markdownTable(['kind', 'exit code'], kinds)}

Exit code 0 is success; 130 and 143 mean that the command was interrupted (Ctrl-C, SIGTERM).

${rooms.map((room) => `## ${room}\n\n${listed(errors.filter((e) => e.room === room))}`).join('\n\n')}
`;
}

function listed(errors: readonly Explanation[]): string {
  return markdownTable(
    ['code', 'what', 'name', 'exit code'],
    errors.map((e) => [`[${e.code}](${e.code}.md)`, e.title, `\`${e.name}\``, `${e.exitCode}`]),
  );
}

function page(e: Explanation): string {
  const { message, next } = e.example;
  const retry = e.retryable
    ? 'Running the same command again may help, with nothing changed.'
    : 'Running the same command again does not help until something is changed.';
  const steps = textBlock(next.flatMap((step) => [`# ${step.when}`, step.command]));
  return `${[
    `# ${e.code}: ${e.title}`,
    `\`${e.name}\`, ${e.kind}, exit code ${e.exitCode}. ${retry}`,
    `**Why.** ${e.why}`,
    `**What to do.** ${e.fix}`,
    'For example:',
    textBlock([message]),
    ...(next.length > 0 ? ['It then proposes:', steps] : []),
    '[All errors](README.md)',
  ].join('\n\n')}\n`;
}

import type { CommandHelp, FlagHelp, GlobalHelp, Help, RootHelp, TopicHelp } from './help-data.ts';
import { meaning } from './meaning.ts';
import { columns, wrap, wrapCommand } from './wrap.ts';

export type Style = {
  /** Columns of the screen. */
  width: number;
  heading(text: string): string;
};

/** Longer lines are hard to read, however wide the screen is. */
const WIDEST = 110;
/** Words that take more than this of a line have their meaning below them. */
const LEFT_SHARE = 0.4;

export function renderHelp(help: Help, style: Style): string {
  const page = pageOn({ ...style, width: Math.min(style.width, WIDEST) });
  switch (help.kind) {
    case 'root':
      return root(help, page);
    case 'topic':
      return topic(help, page);
    case 'command':
      return command(help, page);
    case 'global':
      return global(help, page);
  }
}

type Page = ReturnType<typeof pageOn>;

function root(help: RootHelp, page: Page): string {
  return page.join([
    page.text(help.summary),
    page.section('First steps', page.steps(help.examples.map((e) => [e.command, e.summary]))),
    page.section('Usage', page.commands(['sahara COMMAND [arguments] [flags]'])),
    ...help.groups.map(({ title, commands }, _, all) =>
      page.section(
        title,
        page.columns(
          commands.map((c) => [c.command, c.summary]),
          Math.max(...all.flatMap((g) => g.commands.map((c) => c.command.length))),
        ),
      ),
    ),
    page.text('Flags and examples of one: sahara help publish. What all share: sahara help global.'),
  ]);
}

function topic(help: TopicHelp, page: Page): string {
  return page.join([
    page.text(help.summary),
    page.section('Examples', page.commands(help.examples)),
    page.section('Usage', page.commands([`sahara ${help.topic} COMMAND [arguments] [flags]`])),
    page.section('Commands', page.columns(help.commands.map((c) => [c.command, c.summary]))),
    page.text(`Flags and more examples of one: sahara help ${help.commands[0]?.command ?? help.topic}`),
  ]);
}

function command(help: CommandHelp, page: Page): string {
  return page.join([
    page.text(help.summary),
    page.section('Examples', page.commands(help.examples)),
    page.section('Usage', page.commands([help.usage])),
    page.section('Arguments', page.columns(help.args.map((a) => [a.name, meaning(a)]))),
    page.section('Flags', flags(help.flags, page)),
    page.section('Exit codes', page.columns(help.exitCodes.map((e) => [`${e.code}`, e.meaning]))),
    page.section('About', help.description ? page.indented(help.description) : ''),
    page.section('See also', page.columns(help.seeAlso.map((s) => [s.command, s.summary]))),
    page.section('Global flags', page.indented(`${help.globalFlags.join(', ')} (sahara help global)`)),
  ]);
}

function global(help: GlobalHelp, page: Page): string {
  return page.join([
    page.text(help.summary),
    page.section('Flags', flags(help.flags, page)),
    page.section('Exit codes', page.columns(help.exitCodes.map((e) => [`${e.code}`, e.meaning]))),
    page.section('Environment', page.columns(help.environment.map((e) => [e.name, e.description]))),
  ]);
}

function flags(list: readonly FlagHelp[], page: Page): string {
  const short = list.some((f) => f.char !== null);
  return page.columns(
    list.map((flag) => {
      const char = flag.char ? `${flag.char}, ` : short ? '    ' : '';
      const named = flag.value !== null && !flag.options ? ` ${flag.value}` : '';
      return [`${char}--${flag.name}${named}`, meaning(flag)];
    }),
  );
}

/** The parts of a page for a screen of that width. Parts that are empty are left out. */
function pageOn({ width, heading }: Style) {
  const indent = 2;
  const inner = width - indent;
  const indented = (text: string, by = indent) =>
    text
      .split('\n')
      .map((line) => `${' '.repeat(by)}${line}`)
      .join('\n');

  return {
    text: (text: string) => wrap(text, width),
    indented: (text: string) => indented(wrap(text, inner)),
    section: (title: string, body: string) => (body === '' ? '' : `${heading(title.toUpperCase())}\n${body}`),
    join: (parts: string[]) => `${parts.filter(Boolean).join('\n\n')}\n`,
    commands: (lines: readonly string[]) =>
      lines.map((line) => indented(`$ ${wrapCommand(line, inner - 2, 2)}`)).join('\n'),
    /** Commands to type with what they are for, as comments that a shell ignores. */
    steps(rows: readonly (readonly [string, string])[]) {
      const left = Math.max(...rows.map(([c]) => columns(c)));
      const longest = Math.max(...rows.map(([, about]) => columns(about)));
      return rows
        .map(([line, about]) =>
          left + longest + 7 <= inner
            ? indented(`$ ${line.padEnd(left)}   # ${about}`)
            : indented(`$ ${line}\n    ${wrap(about, inner - 4, 4)}`),
        )
        .join('\n');
    },
    /** Words on the left, what they mean on the right; below, where there is no room. */
    columns(rows: readonly (readonly [string, string])[], atLeast = 0) {
      const left = Math.max(atLeast, ...rows.map(([word]) => columns(word)));
      const below = left > width * LEFT_SHARE;
      return rows
        .map(([word, about]) =>
          below
            ? indented(
                about === '' ? word.trimStart() : `${word.trimStart()}\n    ${wrap(about, inner - 4, 4)}`,
              )
            : indented(`${word.padEnd(left)}  ${wrap(about, inner - left - 2, left + 2)}`.trimEnd()),
        )
        .join('\n');
    },
  };
}

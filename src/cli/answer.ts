import type { Outcome } from './base-command.ts';
import type { Catalog } from './help/catalog.ts';
import type { Help } from './help/help-data.ts';
import type { Home } from './home/home-data.ts';
import type { Line } from './line.ts';
import { columnsOf, isTerminal } from './ui/terminal.ts';

export type Version = {
  name: string;
  version: string;
  node: string;
  /** Operating system and processor: "linux-x64". */
  platform: string;
};

/**
 * The answer to a line that names no command, or that one of the commands `help`, `home` and `version` is given.
 *
 * @throws COMMAND_UNKNOWN, USAGE, PROJECT_MISSING
 */
export async function answerLine(
  line: Exclude<Line, { is: 'command' }>,
  catalog: Catalog,
): Promise<Outcome<Help | Home | Version>> {
  switch (line.is) {
    case 'help':
      return helpAnswer(catalog, line.words);
    case 'version':
      return versionAnswer(catalog);
    case 'home':
      return homeAnswer(catalog);
    case 'unknown': {
      const { command, suggestion, topic } = line;
      const { SaharaError } = await import('../base/errors.ts');
      throw new SaharaError('COMMAND_UNKNOWN', { command, suggestion, topic });
    }
    case 'misplaced': {
      const { message, command, instead } = line;
      const { SaharaError } = await import('../base/errors.ts');
      throw new SaharaError('USAGE', { message, command, ...(instead ? { instead } : {}) });
    }
  }
}

/** @param words a command or topic of the catalog, "global", or nothing for the help of everything */
export async function helpAnswer(catalog: Catalog, words: readonly string[]): Promise<Outcome<Help>> {
  const [{ helpOn }, { renderHelp }, { bold }] = await Promise.all([
    import('./help/help-data.ts'),
    import('./help/render.ts'),
    import('./ui/text.ts'),
  ]);
  const data = helpOn(catalog, words);
  return { data, text: () => renderHelp(data, { width: screenWidth(), heading: bold }) };
}

export function versionAnswer({ name, version }: Catalog): Outcome<Version> {
  const platform = `${process.platform}-${process.arch}`;
  const data = { name, version, node: process.versions.node, platform };
  return { data, text: `${name}/${version} ${platform} node-v${data.node}` };
}

/** @param project the folder of the project, where it is not to be looked for from here */
export async function homeAnswer(catalog: Catalog, project?: string): Promise<Outcome<Home>> {
  const [{ lookAround }, { homeScreen }] = await Promise.all([
    import('./home/look-around.ts'),
    import('./home/home-screen.ts'),
  ]);
  return homeScreen(await lookAround(project), catalog, screenWidth());
}

const screenWidth = (): number => (isTerminal('stdout') ? columnsOf('stdout') : 80);

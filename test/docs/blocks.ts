/** A fenced block of a Markdown document. */
export type Block = { language: string; lines: string[]; line: number };

/** A command of a `console` block and what the document says that it prints. */
export type Step = { command: string; expected: string[]; line: number };

/** The fenced blocks of a document, in order; `line` is where the first line of the block stands. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  markdown.split('\n').forEach((text, i) => {
    const fence = /^```(\w*)\s*$/.exec(text);
    if (fence && open) {
      blocks.push(open);
      open = undefined;
    } else if (fence) open = { language: fence[1] ?? '', lines: [], line: i + 2 };
    else open?.lines.push(text);
  });
  return blocks;
}

/**
 * The commands of a `console` block: lines that begin with "$ ", with the lines behind it that begin with "> " as a
 * shell shows them, each with the output below it.
 */
export function stepsOf({ lines, line }: Block): Step[] {
  const steps: Step[] = [];
  lines.forEach((text, i) => {
    if (text.startsWith('$ ')) steps.push({ command: text.slice(2), expected: [], line: line + i });
    else {
      const step = steps.at(-1);
      if (step && step.expected.length === 0 && /^>( |$)/.test(text)) step.command += `\n${text.slice(2)}`;
      else step?.expected.push(text);
    }
  });
  return steps;
}

/**
 * Compares what was printed with what the document shows, where "…" on a line of its own stands for any
 * lines, and within a line for any text. Returns the first line of the document that is not there.
 */
export function firstDifference(printed: string, expected: string[]): string | undefined {
  const lines = printed.split('\n').map((l) => l.trimEnd());
  let at = 0;
  let anywhere = false;
  for (const wanted of expected) {
    if (wanted.trim() === '…') {
      anywhere = true;
      continue;
    }
    const pattern = new RegExp(`^${wanted.trimEnd().split('…').map(escaped).join('.*')}$`);
    const found = lines.findIndex((line, i) => i >= at && (anywhere || i === at) && pattern.test(line));
    if (found === -1) return wanted;
    at = found + 1;
    anywhere = false;
  }
  return undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

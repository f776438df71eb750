import { Box, render, Text, useApp, useInput } from 'ink';
import { asleep } from './asleep.ts';
import { clip, withExactWidths } from './width.ts';

export type BoardScreen = {
  /** Draws anew what `lines` gives now. */
  draw(): void;
  /** Gives the terminal back as it was. */
  close(): Promise<void>;
};

/** What a key is called here: itself, or `C-c`. */
type Pressed = (key: string) => void;

function Keys({ pressed }: { pressed: Pressed }) {
  const { suspendTerminal } = useApp();
  useInput((input, key) => {
    if (key.ctrl && input === 'z') suspendTerminal(asleep);
    else if (key.ctrl && input === 'c') pressed('C-c');
    else if (!key.ctrl && !key.meta) pressed(input);
  });
  return null;
}

function Lines({ lines, columns, rows }: { lines: readonly string[]; columns: number; rows: number }) {
  return (
    <Box flexDirection="column" width={columns} height={Math.max(1, rows - 1)} overflow="hidden">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is what stands at its place
        <Box key={i} height={1} flexShrink={0}>
          <Text wrap="truncate">{line === '' ? ' ' : line}</Text>
        </Box>
      ))}
    </Box>
  );
}

/**
 * Draws lines on the terminal's alternate screen, so that what was there before is there again afterwards. Colours are
 * ours and not ink's: it asks other variables for them.
 *
 * @param lines is asked for each drawing, for a screen of that size
 */
export async function openBoard(
  lines: (columns: number, rows: number) => readonly string[],
  pressed: Pressed,
): Promise<BoardScreen> {
  const screen = process.stdout;
  const hasKeys = process.stdin.isTTY === true;
  let drawn = '';
  const size = () => [screen.columns || 80, screen.rows || 24] as const;
  const tree = (seen: readonly string[] = lines(...size())) => {
    const [columns, rows] = size();
    drawn = `${columns} ${rows} ${seen.join('\n')}`;
    return (
      <>
        {hasKeys && <Keys pressed={pressed} />}
        <Lines lines={seen} columns={columns} rows={rows} />
      </>
    );
  };
  // Names may be in any script. What knows their widths is loaded with ink anyhow.
  await withExactWidths(() => clip('\u7802', 1, ''));
  const ink = render(tree(), {
    alternateScreen: true,
    interactive: true,
    isScreenReaderEnabled: false,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const draw = () => {
    const seen = lines(...size());
    // Drawing costs more than all the rest: nothing that stands there already is drawn.
    if (`${size().join(' ')} ${seen.join('\n')}` !== drawn) ink.rerender(tree(seen));
  };
  screen.on('resize', draw);
  return {
    draw,
    async close() {
      screen.off('resize', draw);
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}

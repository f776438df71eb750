import { stripVTControlCharacters } from 'node:util';
import { Box, render, Text, useApp, useInput } from 'ink';
import { printable } from '../../base/printable.ts';
import type { DevnetGlance } from '../watch/glance.ts';
import { asleep } from './asleep.ts';
import { dashboardOf, logRows, type Row, type Tone } from './devnet-dashboard-data.ts';
import { shown } from './glyphs.ts';
import { bold, dim, style } from './text.ts';
import { clip, withExactWidths } from './width.ts';

/** Columns from which services and chain stand side by side. */
const WIDE = 130;
const LABEL = 11;
/** More lines of a log than this are for `sahara devnet logs`. */
const MOST_LOG_LINES = 15;
const COLOURS = { good: 'green', busy: 'yellow', bad: 'red' } as const satisfies Record<Tone, string>;

export type DashboardLog = { log: string; lines: readonly string[] };

type Props = {
  /** Undefined before the first look. */
  glance: DevnetGlance | undefined;
  logs: readonly DashboardLog[];
  showsLogs: boolean;
  hasKeys: boolean;
  columns: number;
  rows: number;
  /** Milliseconds since 1970. */
  now: number;
};

/** A devnet on a screen: its state, its services, its chain, and the last lines of its logs. */
export function DevnetDashboard({ glance, logs, showsLogs, hasKeys, columns, rows, now }: Props) {
  const room = Math.max(20, columns - 2);
  const isWide = columns >= WIDE;
  const part = isWide ? Math.floor(room / 2) : room;
  if (!glance) return <Line text={dim('Looking at the devnet')} room={room} />;
  const { state, tone, uptime, services, chain, advice } = dashboardOf(glance, part - LABEL, now);
  const blocks = [services.length, chain.length, advice.length].filter((n) => n > 0);
  const used = isWide
    ? Math.max(...blocks)
    : blocks.reduce((sum, n) => sum + n, 0) + Math.max(0, blocks.length - 1);
  // Heading, two gaps and the keys, a rule above the log, and the last line of the screen, which stays empty.
  const left = Math.min(MOST_LOG_LINES, rows - used - 6);
  return (
    <Box flexDirection="column" width={columns} height={rows - 1} paddingX={1} overflow="hidden">
      <Box justifyContent="space-between" flexShrink={0} marginBottom={1}>
        <Text>{bold('Sahara devnet')}</Text>
        <Text>
          {style(COLOURS[tone], state)}
          {uptime && ` ${shown('·')} ${uptime}`}
        </Text>
      </Box>
      <Box flexDirection={isWide ? 'row' : 'column'} flexShrink={0} rowGap={1}>
        <Rows rows={services} room={part} />
        <Rows rows={chain} room={part} />
        {advice.length > 0 && <Rows rows={advice.map((value) => ({ label: '', value }))} room={part} bare />}
      </Box>
      {showsLogs && left > 0 && (
        <Box flexDirection="column" marginTop={1}>
          <Text>{dim(shown('─').repeat(room))}</Text>
          <Rows rows={logRows(logs, left).map(quiet)} room={room} />
        </Box>
      )}
      <Box flexGrow={1} />
      <Line text={dim(keysText(hasKeys, showsLogs))} room={room} />
    </Box>
  );
}

const quiet = ({ label, value }: Row): Row => ({
  label,
  value: printable(stripVTControlCharacters(value).replaceAll('\t', ' ')),
});

function keysText(hasKeys: boolean, showsLogs: boolean): string {
  return hasKeys ? `q quit   l ${showsLogs ? 'hide' : 'show'} logs   r refresh` : 'Ctrl-C quits';
}

function Rows({ rows, room, bare = false }: { rows: readonly Row[]; room: number; bare?: boolean }) {
  return (
    <Box flexDirection="column" width={room} flexShrink={0}>
      {rows.map(({ label, value, tone }, i) => {
        const text = clip(shown(value), bare ? room : room - LABEL, shown('…'));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is what stands at its place
          <Box key={i}>
            {!bare && (
              <Box width={LABEL} flexShrink={0}>
                <Text>{dim(label)}</Text>
              </Box>
            )}
            <Text>{toned(text, tone)}</Text>
          </Box>
        );
      })}
    </Box>
  );
}

/** The first word of a value is how it stands, and has the colour of that. */
function toned(text: string, tone: Tone | undefined): string {
  return tone ? text.replace(/^\S+/, (word) => style(COLOURS[tone], word)) : text;
}

function Line({ text, room }: { text: string; room: number }) {
  return (
    <Box width={room} flexShrink={0}>
      <Text>{clip(text, room, shown('…'))}</Text>
    </Box>
  );
}

type Actions = { quit(): void; refresh(): void; toggleLogs(): void };

function Keys({ quit, refresh, toggleLogs }: Actions) {
  const { suspendTerminal } = useApp();
  useInput((input, key) => {
    if (key.ctrl && input === 'z') suspendTerminal(asleep);
    else if (key.escape || (key.ctrl && input === 'c') || input === 'q') quit();
    else if (input === 'r') refresh();
    else if (input === 'l') toggleLogs();
  });
  return null;
}

export type DashboardScreen = {
  /** Draws what is given, in place of what was there. */
  show(glance: DevnetGlance, logs: readonly DashboardLog[]): void;
  /** Gives the terminal back as it was. */
  close(): Promise<void>;
};

/**
 * Draws on the terminal's alternate screen, so that what was there before is there again afterwards. Colours are ours
 * and not ink's: it asks other variables for them.
 */
export async function openDashboard({
  quit,
  refresh,
}: Pick<Actions, 'quit' | 'refresh'>): Promise<DashboardScreen> {
  const screen = process.stdout;
  const hasKeys = process.stdin.isTTY === true;
  let state: Pick<Props, 'glance' | 'logs' | 'showsLogs'> = { glance: undefined, logs: [], showsLogs: true };
  const toggleLogs = () => {
    state = { ...state, showsLogs: !state.showsLogs };
    draw();
  };
  const tree = () => (
    <>
      {hasKeys && <Keys quit={quit} refresh={refresh} toggleLogs={toggleLogs} />}
      <DevnetDashboard
        {...state}
        hasKeys={hasKeys}
        columns={screen.columns ?? 80}
        rows={screen.rows ?? 24}
        now={Date.now()}
      />
    </>
  );
  // Paths in logs may be in any script. What knows their widths is loaded with ink anyhow.
  await withExactWidths(() => clip('\u7802', 1, ''));
  const ink = render(tree(), {
    alternateScreen: true,
    interactive: true,
    isScreenReaderEnabled: false,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const draw = () => ink.rerender(tree());
  screen.on('resize', draw);
  return {
    show(glance, logs) {
      state = { ...state, glance, logs };
      draw();
    },
    async close() {
      screen.off('resize', draw);
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}

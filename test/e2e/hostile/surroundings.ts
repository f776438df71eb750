import type { Hostile } from './run.ts';

/** Streams that are closed, full, or read by nobody. */
export function closedStreams(): Hostile[] {
  const lines: [string[], number[]][] = [
    [['account', 'list'], [0]],
    [['account', 'list', '--json'], [0]],
    [['config', 'show', '-o', 'ndjson'], [0]],
    [['asset', 'list'], [6]],
    [['asset', 'list', '--json'], [6]],
    [['asset', 'lst'], [2]],
    [['--help'], [0]],
    [['--version'], [0]],
  ];
  const redirects: [string, (exit: number[]) => number[]][] = [
    ['<&-', (exit) => exit],
    ['>&-', (exit) => exit],
    ['2>&-', (exit) => exit],
    ['<&- >&- 2>&-', (exit) => exit],
    // What cannot be said is a failure where there is something to say.
    ['>/dev/full', (exit) => (exit[0] === 0 ? [1] : exit)],
    ['>/dev/full 2>/dev/full', (exit) => (exit[0] === 0 ? [1] : exit)],
    ['2>/dev/full', (exit) => exit],
  ];
  return redirects.flatMap(([redirect, exits]) =>
    lines.map(([argv, exit]) => ({ what: `streams ${redirect}`, argv, redirect, exit: exits(exit) })),
  );
}

/** An environment that lies. */
export function strangeEnvironment(): Hostile[] {
  const values: Record<string, string[]> = {
    COLUMNS: ['0', '-1', 'abc', '1', '99999999', ''],
    LANG: ['', 'xx_XX', 'C', '../..'],
    LC_ALL: ['C', 'tlh', '\u0007'],
    TERM: ['', 'dumb', 'nonsense'],
    HOME: ['', '/nonexistent', '/dev/null', 'relative'],
    XDG_CONFIG_HOME: ['/dev/null', '/nonexistent', 'relative'],
    TMPDIR: ['/nonexistent', '/dev/null'],
    PATH: ['', '/nonexistent'],
    DEBUG: ['*', 'sahara'],
    FORCE_COLOR: ['0', 'false'],
    NODE_COMPILE_CACHE: ['/dev/null'],
    SHELL: ['', '/nonexistent', '$(id)'],
    PAGER: ['/nonexistent', 'exit 3', '$(id)'],
    SAHARA_PAGER: ['', '/nonexistent'],
  };
  const found: Hostile[] = Object.entries(values).flatMap(([name, list]) =>
    list.map((value, i) => ({
      what: `${name}=${value}`,
      argv: ['account', 'list', ...(i % 2 ? ['--json'] : [])],
      // FORCE_COLOR is for colours, which are not what this looks at.
      env: { [name]: value, NO_COLOR: '1', ...(name === 'FORCE_COLOR' ? { NO_COLOR: undefined } : {}) },
      exit: [0],
    })),
  );
  const wrong: Record<string, string[]> = {
    SAHARA_RPC_PORT: ['0', '65536', 'abc', '-1', '1.5'],
    SAHARA_CHAIN_ID: ['abc', '-1', '0', '1e3'],
    SAHARA_RPC_URL: ['x', 'ftp://x', 'http://me:secret@x', 'javascript:1'],
    SAHARA_IPFS_API: ['x', 'file:///etc/passwd'],
    SAHARA_CONTENT_NODE: ['ipfs', '1'],
    SAHARA_PROJECT: ['/nonexistent', '/dev/null', '\u0007'],
  };
  for (const [name, list] of Object.entries(wrong))
    for (const [i, value] of list.entries())
      found.push({
        what: `${name}=${value}`,
        argv: ['asset', 'list', ...(i % 2 ? ['--json'] : [])],
        env: { [name]: value },
        exit: [2, 3],
      });
  return found;
}

/** Places where no project can be. */
export function strangePlaces(): Hostile[] {
  const named = [
    '/nonexistent',
    '/dev/null',
    '/proc',
    '/proc/self/fd',
    '',
    '.',
    '..',
    '/',
    '\u0001',
    '/usr/../dev/full',
  ];
  return [
    ...named.map((place, i) => ({
      what: 'a strange project',
      argv: ['config', 'show', '--project', place, ...(i % 2 ? ['--json'] : [])],
      exit: [0, 2, 3, 4],
    })),
    ...[
      ['config', 'show'],
      ['asset', 'list', '--json'],
      ['new', 'dataset', 'x'],
      ['--help'],
      ['doctor', '--json'],
      [],
    ].map((argv) => ({
      what: 'a folder that was removed',
      argv,
      before: 'mkdir gone-$$ && cd gone-$$ && rmdir ../gone-$$',
      exit: [0, 1, 2, 3, 4, 6],
    })),
    ...[
      ['new', 'dataset', 'x'],
      ['devnet', 'start', '--json'],
      ['init', '--yes', '--json'],
      ['demo', '--json'],
    ].map((argv) => ({
      what: 'a folder in which nothing can be made',
      argv: [
        ...argv,
        ...(argv[0] === 'new' ? ['--dir', '/proc/x'] : argv[0] === 'demo' ? ['--dir', '/proc/x'] : []),
      ],
      cwd: '/proc/self',
      exit: [1, 2, 3, 4, 5, 6],
    })),
  ];
}

// The direction of imports, as rules: commands -> domain rooms -> context -> chain | content | provenance -> config -> base.
// scripts/check-planted.mjs plants one violation per rule and requires that rule to report it.

const low = ['base'];
const middle = [...low, 'config'];
const ground = [...middle, 'chain', 'content', 'provenance', 'context'];

/** For each room of src/, the rooms that it may import besides itself. */
export const MAY_IMPORT = {
  base: [],
  config: low,
  chain: middle,
  content: middle,
  provenance: middle,
  context: [...middle, 'chain', 'content', 'provenance'],
  revenue: ground,
  licensing: [...ground, 'revenue'],
  execution: [...ground, 'revenue'],
  assets: [...ground, 'revenue', 'licensing', 'execution'],
  market: [...ground, 'revenue', 'licensing', 'execution', 'assets'],
  simulation: [...ground, 'revenue', 'licensing', 'execution', 'assets', 'market'],
  // Chains besides the devnet: their settings, and the protocol on them.
  networks: [...middle, 'chain'],
  // A folder of settings, with a first asset in it.
  projects: [...ground, 'revenue', 'licensing', 'execution', 'assets'],
  // Steps whose commands run as processes of their own, so it needs to know no domain.
  tutorial: [...middle, 'devnet'],
  // A story over all of the above, which brings its own devnet.
  demo: [...ground, 'revenue', 'licensing', 'execution', 'assets', 'market', 'devnet'],
  // Many operations of all of the above; it takes the lock that devnets take.
  batch: [...ground, 'revenue', 'licensing', 'execution', 'assets', 'market', 'devnet'],
  devnet: [...middle, 'chain', 'content'],
  // Devnets for other people's tests.
  testing: [...ground, 'devnet'],
  // What it examines; of devnet and execution only single files, each loaded where it is needed.
  doctor: [...ground, 'execution', 'devnet'],
  cli: [...middle, 'chain', 'content', 'context', 'devnet'],
  commands: [
    ...ground,
    'revenue',
    'licensing',
    'execution',
    'assets',
    'market',
    'simulation',
    'batch',
    'demo',
    'networks',
    'projects',
    'tutorial',
    'devnet',
    'doctor',
    'cli',
  ],
};

const TESTS = '\\.test\\.[^/]+$';
/** Files of the pure core: no I/O, so that they can be tested by properties and run a million times. */
export const PURE =
  '^src/(revenue/(model|merkle-sum|contributors)|licensing/compatibility|assets/lineage-(graph|shares|draw|diagrams))[^/]*\\.ts$';
const IO =
  '^(node:)?(fs|net|http|http2|https|child_process|dgram|dns|tls|cluster|worker_threads|process|readline|repl)(/|$)';

const forbidsSomething = ([, allowed]) => allowed.length < Object.keys(MAY_IMPORT).length - 1;
const rooms = Object.entries(MAY_IMPORT)
  .filter(forbidsSomething)
  .map(([room, allowed]) => ({
    name: `room-${room}`,
    severity: 'error',
    comment: `src/${room} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}`,
    from: { path: `^src/${room}/`, pathNot: TESTS },
    to: { path: '^src/', pathNot: [`^src/(${[room, ...allowed].join('|')})/`] },
  }));

export default {
  forbidden: [
    ...rooms,
    {
      name: 'known-rooms',
      severity: 'error',
      comment: 'every folder of src/ is a room with a rule of its own: add it to MAY_IMPORT',
      from: {},
      to: { path: '^src/', pathNot: `^src/(${Object.keys(MAY_IMPORT).join('|')})/` },
    },
    {
      name: 'pure-core-no-io',
      severity: 'error',
      comment: 'the pure core does no I/O',
      from: { path: PURE, pathNot: TESTS },
      to: { path: IO },
    },
    {
      name: 'pure-core-no-rooms',
      severity: 'error',
      comment: 'the pure core knows no chain, content, context or network library',
      from: { path: PURE, pathNot: TESTS },
      to: {
        path: [
          '^src/(chain|content|context|provenance|config|devnet|cli)/',
          'node_modules/(execa|kubo-rpc-client)/',
        ],
      },
    },
    {
      name: 'nobody-imports-commands',
      severity: 'error',
      comment: 'a command is an entry point, not a library',
      from: { pathNot: ['^src/commands/', TESTS] },
      to: { path: '^src/commands/' },
    },
    {
      name: 'commands-are-separate',
      severity: 'error',
      comment: 'what two commands share belongs into cli or a domain room',
      from: { path: '^src/commands/', pathNot: TESTS },
      to: { path: '^src/commands/' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      comment: 'a test file is an entry point, not a library',
      from: {},
      to: { path: [TESTS, '^test/'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'no cycles at run time; types may refer to each other',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'every import must be found',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no JavaScript API: with any other parser dependency-cruiser silently sees no TypeScript file.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

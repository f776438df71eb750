/**
 * For every command a line that succeeds on a devnet where `penguins` is published and on offer, and `story` is a
 * scaffolded dataset that is not. Commands that write are run with --dry-run, so that the lines do not depend on each
 * other.
 */
export const COMMAND_LINES: Record<string, string[]> = {
  'account balance': ['curator'],
  'account fund': ['spare', '1'],
  'account list': [],
  'account send': ['labeler', '1', '--account', 'buyer'],
  'account unwrap': ['--all', '--account', 'curator'],
  'asset get': ['penguins', '--account', 'curator', '--to', 'fetched'],
  'asset list': [],
  'asset show': ['penguins'],
  'asset verify': ['penguins'],
  completion: ['bash', '--install'],
  batch: ['operations.ndjson'],
  build: ['classifier', '--account', 'curator'],
  'config show': [],
  demo: ['--dir', 'demo-of-it'],
  'devnet logs': [],
  'devnet reset': ['--yes'],
  'devnet start': [],
  'devnet status': [],
  'devnet stop': [],
  doctor: [],
  explain: ['SAH-1005'],
  help: ['publish'],
  home: [],
  init: [],
  'license appeal': ['2', '--reason', 'The data was our own', '--account', 'buyer'],
  'license check': ['penguins', '--for', 'train'],
  'license list': ['--account', 'buyer'],
  'license presets': [],
  'license renew': ['1', '--account', 'buyer'],
  'license revoke': ['1', '--reason', 'Resold the raw data'],
  'license set': ['penguins', '--preset', 'open-use'],
  'license show': ['penguins'],
  'license unset': ['penguins', '--terms', '1'],
  'market buy': ['penguins', '--account', 'buyer'],
  'market list': [],
  new: ['dataset', 'another'],
  publish: ['story'],
  'revenue claim': ['--account', 'curator'],
  'revenue pay': ['penguins', '1'],
  'revenue settle': [],
  'revenue show': [],
  schema: ['asset', 'show'],
  simulate: ['penguins'],
  version: [],
  tutorial: [],
};

/** Commands that need more than that, and where they are run in every form instead. */
export const ELSEWHERE: Record<string, string> = {
  'agent run': 'needs a trained and published model: test/e2e/life.ts',
};

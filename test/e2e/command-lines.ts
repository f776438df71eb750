/**
 * For every command a line that succeeds on a devnet where `penguins` is published and on offer, and `story` is a
 * scaffolded dataset that is not. Commands that write are run with --dry-run, so that the lines do not depend on each
 * other. `undefined`: has a test of its own that says why.
 */
export const COMMAND_LINES: Record<string, string[]> = {
  'account balance': ['curator'],
  'account fund': ['spare', '--amount', '1'],
  'account list': [],
  'account send': ['labeler', '1', '--account', 'buyer'],
  'account unwrap': ['1', '--account', 'buyer'],
  'agent run': ['guide', '--once', 'hello'],
  'asset get': ['penguins', '--account', 'curator', '--dir', 'fetched'],
  'asset list': [],
  'asset show': ['penguins'],
  'asset verify': ['penguins'],
  'config show': [],
  demo: ['--dir', 'demo-of-it'],
  'devnet logs': [],
  'devnet reset': ['--yes'],
  'devnet start': [],
  'devnet status': [],
  'devnet stop': [],
  init: [],
  'license presets': [],
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
  simulate: ['penguins'],
  tutorial: [],
};

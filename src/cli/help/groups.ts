/**
 * The commands as people look for them: by what they want to do. Each entry is the first word of a command, which
 * stands for all commands of that topic. A test requires that every command of the manifest is somewhere here; what
 * is here and not in the manifest is left out.
 */
export const GROUPS: readonly { title: string; words: readonly string[] }[] = [
  { title: 'Begin', words: ['demo', 'tutorial', 'home', 'init', 'help'] },
  { title: 'Publish', words: ['new', 'build', 'publish', 'asset', 'agent'] },
  { title: 'Sell and earn', words: ['license', 'market', 'revenue', 'account', 'simulate'] },
  { title: 'Devnet', words: ['devnet'] },
  { title: 'Set up and look into', words: ['config', 'doctor', 'explain', 'version'] },
  { title: 'Scripting', words: ['schema', 'batch', 'completion'] },
];

/** For a command, those that come before or after it. Others of its topic need not be named. */
export const RELATED: Readonly<Record<string, readonly string[]>> = {
  'account balance': ['account fund', 'revenue show'],
  'account fund': ['account balance'],
  'account list': ['account balance'],
  'account send': ['account balance', 'account unwrap'],
  'account unwrap': ['revenue claim', 'account balance'],
  'agent run': ['new', 'market buy', 'asset get'],
  'asset get': ['asset verify', 'market buy'],
  'asset list': ['asset show', 'market list'],
  'asset show': ['asset verify', 'license show', 'revenue show'],
  'asset verify': ['asset show', 'asset get'],
  batch: ['publish', 'revenue pay', 'schema'],
  build: ['publish', 'new'],
  completion: ['help'],
  'config show': ['devnet status'],
  demo: ['new', 'asset list', 'revenue show'],
  'devnet logs': ['devnet status'],
  'devnet reset': ['devnet stop', 'devnet start'],
  'devnet start': ['devnet status', 'devnet stop', 'account list'],
  'devnet status': ['devnet start', 'devnet logs'],
  'devnet stop': ['devnet start', 'devnet reset'],
  doctor: ['devnet status', 'devnet logs', 'explain'],
  explain: ['doctor', 'help'],
  help: ['home', 'demo'],
  home: ['help', 'demo'],
  init: ['new', 'devnet start', 'config show'],
  'license presets': ['license set'],
  'license set': ['license presets', 'license show', 'market list'],
  'license show': ['license set', 'market buy'],
  'license unset': ['license show'],
  'market buy': ['market list', 'asset get'],
  'market list': ['market buy', 'license show'],
  new: ['build', 'publish'],
  publish: ['asset verify', 'license set', 'market list'],
  'revenue claim': ['revenue settle', 'account unwrap'],
  'revenue pay': ['revenue preview', 'revenue settle', 'revenue show'],
  'revenue preview': ['revenue pay', 'revenue show', 'simulate'],
  'revenue settle': ['revenue show', 'revenue claim'],
  'revenue show': ['revenue settle', 'revenue claim'],
  schema: ['help', 'explain'],
  simulate: ['revenue show', 'license set'],
  tutorial: ['demo', 'new'],
  version: ['doctor', 'help'],
};

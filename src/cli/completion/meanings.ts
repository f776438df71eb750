import { type ArgSpec, type CommandSpec, type FlagSpec, type Grammar, optionsOf } from './grammar.ts';

/** What a value means, and so what can be offered for it; `providers.ts` has one provider for each. */
export type Meaning =
  | 'account'
  | 'asset'
  /** An asset, or with @N one of its versions. */
  | 'asset-version'
  | 'command'
  /** One of the project's devnets. */
  | 'devnet'
  /** An address of content; the pins are offered. */
  | 'content'
  | 'error-code'
  | 'file'
  | 'folder'
  /** Whatever somebody likes: a number, an amount, a question. */
  | 'free'
  | 'network'
  | 'preset'
  /** A content store that the settings name. */
  | 'remote'
  | 'rights'
  | 'scenario'
  | 'snapshot'
  | 'template';

/**
 * What flags ("--account") and arguments ("asset") mean, by name. A value that is limited to `options` needs no line:
 * those are offered. Everything else needs one, here or below; a test that reads the manifest holds that.
 */
const BY_NAME: Record<string, Meaning> = {
  '--account': 'account',
  '--dir': 'folder',
  '--for': 'account',
  '--from': 'asset-version',
  '--network': 'network',
  '--preset': 'preset',
  '--project': 'folder',
  '--remote': 'remote',
  '--rights': 'rights',
  '--snapshot': 'snapshot',
  '--template': 'template',
  account: 'account',
  asset: 'asset',
  assets: 'asset',
  code: 'error-code',
  command: 'command',
  cid: 'content',
  content: 'content',
  dir: 'folder',
  '--file': 'file',
  '--out': 'file',
  contributor: 'account',
  file: 'file',
  network: 'network',
  scenario: 'scenario',
  other: 'snapshot',
  snapshot: 'snapshot',

  '--api-port': 'free',
  '--as': 'free',
  '--calls': 'free',
  '--ceiling': 'free',
  '--chain-id': 'free',
  '--chunk': 'free',
  '--coin': 'free',
  '--depth': 'free',
  '--expires': 'free',
  '--explorer': 'free',
  '--fields': 'free',
  '--gateway-port': 'free',
  '--limit': 'free',
  '--lines': 'free',
  '--mirror': 'free',
  '--name': 'free',
  '--once': 'free',
  '--period': 'free',
  '--periods': 'free',
  '--price': 'free',
  '--reason': 'free',
  '--restrictions': 'free',
  '--royalty': 'free',
  '--rpc': 'free',
  '--rpc-port': 'free',
  '--seed': 'free',
  '--since': 'free',
  '--terms': 'free',
  '--text': 'free',
  '--timeout': 'free',
  '--version': 'free',
  '--wait': 'free',
  amount: 'free',
  key: 'free',
  license: 'free',
  name: 'free',
};

/** Where a command means something else by the same name. */
const BY_COMMAND: Record<string, Record<string, Meaning>> = {
  'account:send': { to: 'account' },
  'asset:get': { '--to': 'folder', asset: 'asset-version' },
  'asset:lineage': { asset: 'asset-version' },
  'asset:show': { asset: 'asset-version' },
  'asset:transfer': { to: 'account' },
  'asset:verify': { asset: 'asset-version' },
  'devnet:fork': { '--name': 'devnet', '--block': 'free', url: 'free' },
  'devnet:logs': { '--name': 'devnet' },
  'devnet:mine': { '--name': 'devnet', '--interval': 'free', count: 'free' },
  'devnet:reset': { '--name': 'devnet' },
  'devnet:run': { '--name': 'devnet', command: 'file' },
  'devnet:snapshot:delete': { '--name': 'devnet' },
  'devnet:snapshot:diff': { '--name': 'devnet' },
  'devnet:snapshot:export': { '--name': 'devnet' },
  'devnet:snapshot:import': { '--name': 'devnet' },
  'devnet:snapshot:list': { '--name': 'devnet' },
  'devnet:snapshot:restore': { '--name': 'devnet' },
  'devnet:snapshot:save': { '--name': 'devnet', snapshot: 'free' },
  'devnet:start': { '--name': 'devnet' },
  'devnet:status': { '--name': 'devnet' },
  'devnet:stop': { '--name': 'devnet' },
  'devnet:time': { '--name': 'devnet', to: 'free' },
  'devnet:wait': { '--name': 'devnet' },
  'license:check': { '--for': 'free' },
  'contributors:check': { asset: 'asset-version' },
  'contributors:prove': { asset: 'asset-version' },
  'content:add': { path: 'file' },
  'content:get': { dest: 'file' },
  'content:hash': { path: 'file' },
  new: { kind: 'template' },
  'revenue:pay': { asset: 'asset-version' },
  'revenue:preview': { asset: 'asset-version' },
  'revenue:settle': { asset: 'asset-version' },
};

/** What a flag or argument of a command means; undefined when nobody has said it. */
export function meaningOf(commandId: string, key: string): Meaning | undefined {
  const own = Object.hasOwn(BY_COMMAND, commandId) ? BY_COMMAND[commandId] : undefined;
  if (own && Object.hasOwn(own, key)) return own[key];
  return Object.hasOwn(BY_NAME, key) ? BY_NAME[key] : undefined;
}

/** Every argument and valued flag that has neither options nor a meaning, as "asset show --flag". */
export function withoutMeaning({ commands }: Grammar): string[] {
  return Object.values(commands).flatMap((command) =>
    valuesOf(command)
      .filter(([key, spec]) => !optionsOf(spec) && meaningOf(command.id, key) === undefined)
      .map(([key]) => `${command.id.replaceAll(':', ' ')} ${key}`),
  );
}

/** The lines about single commands that no command has any more. */
export function leftOver({ commands }: Grammar): string[] {
  return Object.entries(BY_COMMAND).flatMap(([id, keys]) => {
    const known = commands[id] ? valuesOf(commands[id]).map(([key]) => key) : [];
    return Object.keys(keys)
      .filter((key) => !known.includes(key))
      .map((key) => `${id} ${key}`);
  });
}

function valuesOf(command: CommandSpec): [string, ArgSpec | FlagSpec][] {
  return [
    ...Object.values(command.args).map((arg): [string, ArgSpec] => [arg.name, arg]),
    ...Object.values(command.flags)
      .filter((flag) => flag.type === 'option')
      .map((flag): [string, FlagSpec] => [`--${flag.name}`, flag]),
  ];
}

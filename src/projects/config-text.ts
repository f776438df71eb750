import type { Config } from '../config/index.ts';

/** What a new project is asked for; the rest of its settings stand in the file as comments. */
export type ProjectSettings = {
  /** Who acts when a command has no --account; null leaves it to the kind of asset. */
  account: string | null;
  contentNode: Config['content']['node'];
};

/** Where editors find the form of the settings, below the project. */
export const SCHEMA_FILE = '.sahara/config.schema.json';

/** The text of a new `sahara.config.yaml`: what was asked for, and the other settings to uncomment. */
export function configText({ account, contentNode }: ProjectSettings): string {
  const text = (value: string) => (/^0x/.test(value) ? `'${value}'` : value);
  return `# yaml-language-server: $schema=${SCHEMA_FILE}
# Settings of this project. Flags come first, then environment variables, then this file, then ~/.config/sahara.
# \`sahara config show\` prints every setting, its value and where that comes from.

# Who acts when a command has no --account: a name from \`sahara account list\`, or an address. Without it, whoever has
# the role: the curator publishes datasets, the trainer models, the operator agents, the buyer buys.
${account === null ? '# account: curator' : `account: ${text(account)}`}

# Which content node the devnet runs: embedded, kubo, or auto (Kubo where its binary is, else the embedded one).
content:
  node: ${contentNode}

# Ports of the devnet. Without them it takes 8545, 5001 and 8080 where they are free, else any.
# devnet:
#   rpcPort: 8545
#   apiPort: 5001
#   gatewayPort: 8080

# Another chain than this project's devnet, and the content store that goes with it, by \`api\` and \`gateway\` below
# \`content\` above.
# rpcUrl: http://127.0.0.1:8545
# chainId: 31337
`;
}

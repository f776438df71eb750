import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { NODE_ENTRY } from '../../content/testing/node.ts';

/** How the stand-in behaves; all of it can be told at the command line of no real Kubo. */
export type Behaviour = {
  /** `init` fails. */
  noInit?: boolean;
  /** It knows no profiles, as versions before 0.40 do not know this one. */
  noProfile?: boolean;
  /** The daemon ends before it is ready, with these words. */
  dies?: string;
  /** It does not heed SIGTERM. */
  deaf?: boolean;
  /** It takes so long to end, milliseconds. */
  slowStop?: number;
};

/**
 * Writes a program that is called and answers as Kubo does, with the embedded node behind it. For how the process is
 * handled and nothing else: what Kubo makes of content only Kubo can tell.
 */
export function writeFakeIpfs(path: string, behaviour: Behaviour = {}): string {
  mkdirSync(dirname(path), { recursive: true });
  const text = `#!${process.execPath}
const { spawn } = require('node:child_process');
const { appendFileSync, existsSync, readFileSync, writeFileSync, mkdirSync } = require('node:fs');
const be = ${JSON.stringify(behaviour)};
const args = process.argv.slice(2);
const repo = process.env.IPFS_PATH;
appendFileSync(${JSON.stringify(`${path}.calls`)}, JSON.stringify({ args, env: process.env }) + '\\n');
if (args[0] === '--version') console.log('ipfs version 0.43.1');
else if (args[0] === 'init') {
  if (be.noInit) { console.error('Error: cannot make a repo here'); process.exit(1); }
  mkdirSync(repo, { recursive: true });
  writeFileSync(repo + '/config', JSON.stringify({
    Identity: { PeerID: '12D3KooWFake' }, Bootstrap: ['auto'], DNS: { Resolvers: { '.': 'auto' } },
    Addresses: { Swarm: ['/ip4/0.0.0.0/tcp/4001'] }, Import: {},
  }));
} else if (args[0] === 'config') {
  if (be.noProfile) { console.error('Error: no such profile'); process.exit(1); }
  const config = JSON.parse(readFileSync(repo + '/config', 'utf8'));
  config.Import.Profile = args[3];
  writeFileSync(repo + '/config', JSON.stringify(config));
} else if (args[0] === 'daemon') {
  if (be.dies) { console.error(be.dies); process.exit(3); }
  const { Addresses } = JSON.parse(readFileSync(repo + '/config', 'utf8'));
  const port = (address) => address.split('/').at(-1);
  const node = spawn(process.execPath, [${JSON.stringify(NODE_ENTRY)}, '--repo', repo + '/store', '--exit-with-stdin',
    '--api-port', port(Addresses.API), '--gateway-port', port(Addresses.Gateway)], { stdio: ['pipe', 'pipe', 'inherit'] });
  console.log('Initializing daemon...');
  node.stdout.once('data', () => console.log('RPC API server listening\\nDaemon is ready'));
  node.on('exit', () => process.exit(0));
  process.on('SIGTERM', () => { if (!be.deaf) setTimeout(() => node.stdin.end(), be.slowStop ?? 0); });
} else process.exit(2);
`;
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

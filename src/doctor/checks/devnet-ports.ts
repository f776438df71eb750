import { connect } from 'node:net';
import type { Config } from '../../config/index.ts';
import { PREFERRED_PORTS, portOwner } from '../../devnet/ports.ts';
import { isAlive } from '../../devnet/process-identity.ts';
import type { DevnetStatus } from '../../devnet/status.ts';
import { note, ok, problem, type Run, skipped, warning } from '../check.ts';
import { configOf, devnetOf } from '../shared.ts';

/** Ports that were asked for are the devnet's, or free. */
export const run: Run = async (env) => {
  const config = await configOf(env).then(
    (l) => l.config,
    () => undefined,
  );
  if (!config) return skipped('The settings cannot be read.');
  const status = await devnetOf(env);
  const held = portsOf(status);
  const ports = asked(config);
  if (status.state === 'running') {
    const elsewhere = ports.filter((p) => p.set && !held.includes(p.port));
    if (elsewhere.length === 0) return ok('The devnet has the ports that were asked for.');
    return warning(
      `The settings ask for ${elsewhere.map((p) => `port ${p.port} (${p.service})`).join(', ')}; the devnet runs on others.`,
      { remedy: [{ command: 'sahara devnet stop && sahara devnet start', when: 'to move it there' }] },
    );
  }
  const taken = await Promise.all(
    ports.map(async (p) => (held.includes(p.port) || (await isFree(p.port)) ? [] : [p])),
  ).then((all) => all.flat());
  const by = (port: number) => {
    const owner = portOwner(port);
    return `${port} is taken${owner ? ` by ${owner}` : ''}`;
  };
  const wanted = taken.filter((p) => p.set);
  if (wanted.length > 0)
    return problem(`The devnet cannot start: port ${wanted.map((p) => by(p.port)).join(', port ')}.`, {
      detail: [
        `${wanted.map((p) => p.setting).join(', ')} asks for it. End the program that holds it, or ask for no port: then a free one is found.`,
      ],
      remedy: [{ command: 'sahara config show', when: 'to see where the ports are set' }],
    });
  if (taken.length > 0)
    return note(`Port ${taken.map((p) => by(p.port)).join(', port ')}; the devnet will take a free one.`);
  return ok(`Ports ${ports.map((p) => p.port).join(', ')} are free.`);
};

/**
 * Nobody answers there. Asked by connecting and not by listening, which would take the port from a devnet that is just
 * starting, and from another doctor; and again, as others do listen for a moment to try a port.
 */
async function isFree(port: number): Promise<boolean> {
  for (let tries = 0; tries < 4; tries++) {
    if (!(await isAnswered(port))) return true;
    await new Promise((r) => setTimeout(r, 50));
  }
  return false;
}

function isAnswered(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

type Asked = { service: string; setting: string; port: number; set: boolean };

/** The ports that a start would want, and whether somebody asked for just these. */
function asked({ devnet }: Config): Asked[] {
  const entry = (service: string, setting: string, set: number | null, usual: number): Asked => ({
    service,
    setting,
    port: set ?? usual,
    set: set !== null,
  });
  const chain = entry('chain', 'devnet.rpcPort', devnet.rpcPort, PREFERRED_PORTS.rpc);
  // Somebody else's content node is where it is.
  if (devnet.externalContent !== null) return [chain];
  return [
    chain,
    entry('content RPC', 'devnet.apiPort', devnet.apiPort, PREFERRED_PORTS.api),
    entry('gateway', 'devnet.gatewayPort', devnet.gatewayPort, PREFERRED_PORTS.gateway),
  ];
}

/** Ports that processes of this devnet hold, also those left by a dead supervisor, which a start ends first. */
function portsOf(status: DevnetStatus): number[] {
  if (status.state === 'stopped' || status.state === 'starting') return [];
  const { chain, content } = status.live;
  const held = (process: { pid: number; startTime: string | null } | null, urls: string[]) =>
    process && isAlive(process) ? urls.map((url) => Number(new URL(url).port)) : [];
  return [...held(chain.process, [chain.rpcUrl]), ...held(content.process, [content.api, content.gateway])];
}

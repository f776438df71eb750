import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { timeAndForkErrors } from '../../src/base/errors-table/time-and-forks.ts';
import { inspectOrigin } from '../../src/devnet/fork/inspect.ts';
import { type ForkRecord, writeFork } from '../../src/devnet/fork/record.ts';
import { openFork } from '../../src/devnet/supervisor/fork-chain.ts';
import { createWorld, freePorts } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-time');
const running = async () => {
  await world.startDevnet();
  return () => world.stopDevnet();
};

/** What a network answers: of a node that keeps no old states, behind paths that refuse. */
const ANSWERS: Record<string, unknown> = {
  eth_chainId: { result: '0x309' },
  eth_blockNumber: { result: '0x20' },
  eth_getBlockByNumber: { result: { number: '0x10', hash: '0xaa', timestamp: '0x6a000000' } },
  eth_getCode: { error: { code: -32_000, message: 'missing trie node' } },
};
const network = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { method } = JSON.parse(body) as { method: string };
  if (request.url === '/locked') response.writeHead(401).end();
  else if (request.url === '/busy') response.writeHead(429, { 'retry-after': '0.01' }).end();
  else response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...(ANSWERS[method] as object) }));
});
await new Promise<void>((ready) => network.listen(0, '127.0.0.1', ready));
afterAll(() => network.close());
const url = `http://127.0.0.1:${(network.address() as AddressInfo).port}`;
const [nobody = 0] = await freePorts(1);
const fork = (...args: string[]) => ({ run: ['devnet', 'fork', '--name', 'other', ...args] });

provokeEach(world, timeAndForkErrors, {
  TIME_BACKWARDS: {
    run: ['devnet', 'time', '2001-01-01'],
    given: running,
    says: /cannot be set to 2001-01-01T00:00:00Z/,
  },
  TIME_TOO_FAR: { run: ['devnet', 'time', '+9000y'], given: running, says: /beyond the year 9999/ },
  FORK_URL_INVALID: { ...fork('wss://key@rpc.example.org'), says: /wss: is not spoken here/ },
  FORK_ORIGIN_UNREACHABLE: { ...fork(`http://127.0.0.1:${nobody}`), says: /ECONNREFUSED/ },
  FORK_ORIGIN_REFUSED: { ...fork(`${url}/locked`), says: /HTTP 401/ },
  FORK_ORIGIN_BUSY: { ...fork(`${url}/busy`), says: /rate limit/ },
  FORK_NO_STATE: { ...fork(url, '--block', '16'), says: /block 16: missing trie node/ },
  FORK_BLOCK_UNKNOWN: { ...fork(url, '--block', '33'), says: /no block 33; its newest is 32/ },
  FORK_OCCUPIED: { run: ['devnet', 'fork', url], given: running, says: /default has a chain of its own/ },
  FORK_CHANGED: {
    async call() {
      const dir = world.dir;
      ANSWERS['eth_getCode'] = { result: '0x' };
      const record: ForkRecord = await inspectOrigin(url, 16);
      writeFork({ dir }, { ...record, block: { ...record.block, hash: '0xbb' } });
      await openFork({ dir } as Parameters<typeof openFork>[0]);
    },
    says: /Block 16/,
  },
} satisfies Record<keyof typeof timeAndForkErrors, Provocation>);

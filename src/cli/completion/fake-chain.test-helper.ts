import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFunctionResult } from 'viem';
import { assetRegistryAbi } from '../../chain/generated/index.ts';
import { SELECTORS } from './devnet-assets.ts';

export type Behaviour = (line: string, socket: Socket) => void;
export type FakeChain = {
  stateDir: string;
  /** What it does with each line that it receives. */
  behave(as: Behaviour): void;
  /** Listens no more, and leaves what is open open. */
  leave(): Promise<void>;
  close(): void;
};

const CURATOR = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

/** A chain on a socket that answers what the test wants: our registry would refuse such names and never fail so. */
export async function fakeChain(stateDir?: string): Promise<FakeChain> {
  const folder = mkdtempSync(join(tmpdir(), 'sahara-chain-'));
  const state = stateDir ?? folder;
  const open = new Set<Socket>();
  let behaviour: Behaviour = () => undefined;
  const server = createServer((socket) => {
    open.add(socket);
    socket.setEncoding('utf8').on('data', (text: string) => behaviour(text, socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(join(folder, 'ipc'), resolve));
  const devnet = join(state, 'devnet', 'default');
  mkdirSync(devnet, { recursive: true });
  writeFileSync(
    join(devnet, 'live.json'),
    JSON.stringify({ format: 1, chain: { ipc: join(folder, 'ipc'), rpcUrl: 'http://127.0.0.1:1' } }),
  );
  return {
    stateDir: state,
    behave: (as) => {
      behaviour = as;
    },
    leave: () => new Promise((resolve) => server.close(() => resolve())),
    close() {
      for (const socket of open) socket.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
      rmSync(devnet, { recursive: true, force: true });
    },
  };
}

/** Answers with this many assets, and for each with what `of` gives; the answers in reverse order, as may be. */
export function answering(count: number, of: (id: number) => unknown): Behaviour {
  return (line, socket) => {
    const answers = (JSON.parse(line) as { id: number; params: [{ data: string }] }[]).map(
      ({ id, params: [{ data }] }) => ({
        jsonrpc: '2.0',
        id,
        result: data === SELECTORS.assetCount ? `0x${count.toString(16)}` : of(Number(`0x${data.slice(10)}`)),
      }),
    );
    socket.write(`${JSON.stringify(answers.reverse())}\n`);
  };
}

/** What the registry answers about a dataset, made by viem. */
export function registered(name: string, publisher = CURATOR, versions = 1, state = 0): string {
  return encodeFunctionResult({
    abi: assetRegistryAbi,
    functionName: 'asset',
    result: [1, state, CURATOR, publisher as `0x${string}`, versions, 7n, 1_700_000_000, name],
  });
}

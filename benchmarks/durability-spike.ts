// What making a chain durable costs: `node benchmarks/durability-spike.ts [assets] [blocks]`. The figures that the
// design rests on are in docs/devnet-durability.md; this prints them again for any size.
import { spawn } from 'node:child_process';
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';
import { encodeFunctionData, keccak256, toHex } from 'viem';
import { carryOverIpc } from '../src/chain/carry-ipc.ts';
import { CONTRACTS } from '../src/chain/contracts.ts';
import { createJsonRpc } from '../src/chain/json-rpc.ts';
import { anvilBinary } from '../src/devnet/toolkit.ts';
import { median, root } from './harness.ts';

const [assets = 1000, blocks = 2000] = process.argv.slice(2).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'sahara-spike-'));
const GENESIS = join(root, 'devnet', 'genesis', 'genesis.json');
/** As devnets do. */
const HISTORY = ['--prune-history', '128'];
const PAYER = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const NOTHING = `0x${'00'.repeat(32)}` as const;

type Hex = `0x${string}`;
type Block = { hash: Hex; timestamp: Hex; baseFeePerGas: Hex; transactions: Hex[] };
type Anvil = Awaited<ReturnType<typeof start>>;
const say = (line: string) => process.stdout.write(`${line}\n`);
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const hex = (value: number): Hex => `0x${value.toString(16)}`;
const sleep = (time: number) => new Promise((r) => setTimeout(r, time));

let count = 0;
async function start(args: string[]) {
  const ipc = join(dir, `${count++}.ipc`);
  const child = spawn(
    anvilBinary(),
    ['--port', '0', '--ipc', ipc, '--chain-id', '31337', ...HISTORY, ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let printed = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.length;
  });
  for (let carrier: Awaited<ReturnType<typeof carryOverIpc>>; ; await sleep(5)) {
    carrier = await carryOverIpc(ipc);
    if (child.exitCode !== null) throw new Error(`anvil exited with code ${child.exitCode}`);
    if (!carrier) continue;
    const rpc = createJsonRpc(ipc, carrier);
    const call = <T>(method: string, params: unknown[] = []) => rpc({ method, params }) as Promise<T>;
    const head = async () => Number(await call('eth_blockNumber'));
    const stop = () => {
      const ended = new Promise((r) => child.once('exit', r));
      child.kill('SIGKILL');
      return ended;
    };
    await head();
    return { call, head, stop, pid: child.pid ?? 0, printed: () => printed };
  }
}

const fresh = (...more: string[]) =>
  start(['--init', GENESIS, '--timestamp', String(Math.floor(Date.now() / 1000)), ...more]);

async function timed<T>(act: () => Promise<T> | T): Promise<[number, T]> {
  const from = performance.now();
  const value = await act();
  return [performance.now() - from, value];
}

function registration(i: number): Hex {
  const of = (what: string) => keccak256(toHex(`${what}${i}`));
  const [releaseRoot, contentRoot, publication] = [of('release'), of('content'), of('publication')];
  const version = { releaseRoot, contentRoot, publication, keyFingerprint: NOTHING, relations: [] };
  const nobody = {
    contributorsBps: 0,
    contributorCount: 0,
    contributorWeight: 0n,
    contributorsRoot: NOTHING,
  };
  return encodeFunctionData({
    abi: CONTRACTS.AssetRegistry.abi,
    functionName: 'register',
    args: [1, `asset-${i}`, { ...version, ...nobody }],
  });
}

let registered = 0;
/** Registers so many assets, so many to a block. */
async function register({ call }: Anvil, many: number, perBlock: number): Promise<void> {
  for (const until = registered + many; registered < until; ) {
    const some = Math.min(perBlock, until - registered);
    const sent = Array.from({ length: some }, (_, i) =>
      call<Hex>('eth_sendTransaction', [
        {
          from: PAYER,
          to: CONTRACTS.AssetRegistry.address,
          data: registration(registered + i),
          gas: hex(375_000),
          nonce: hex(registered + i),
        },
      ]),
    );
    registered += some;
    const last = (await Promise.all(sent)).at(-1);
    await call('evm_mine');
    const receipt = await call<{ status: Hex } | null>('eth_getTransactionReceipt', [last]);
    if (receipt?.status !== '0x1') throw new Error('an asset was not registered');
  }
}

async function point(anvil: Anvil): Promise<void> {
  const empty: number[] = [];
  const proof: number[] = [];
  for (let i = 0; i < 7; i++) {
    empty.push((await timed(() => anvil.call('evm_mine')))[0]);
    proof.push((await timed(() => anvil.call('eth_getProof', [PAYER, [], 'latest'])))[0]);
  }
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${anvil.pid}/status`, 'utf8'))?.[1]) * 1024;
  say(
    `${registered} assets, head ${await anvil.head()}: an empty block ${ms(median(empty))}, a state root ${ms(median(proof))}, anvil ${mb(rss)}`,
  );
}

/** A full dump as it is done on stop, and loading it again. */
async function dump(anvil: Anvil): Promise<string> {
  const path = join(dir, 'dump.json');
  const head = await anvil.call<Block>('eth_getBlockByNumber', ['latest', false]);
  const [asked, answer] = await timed(() => anvil.call<Hex>('anvil_dumpState'));
  const [unpacked, raw] = await timed(() => gunzipSync(Buffer.from(answer.slice(2), 'hex')));
  const [written] = await timed(() => {
    const file = openSync(path, 'w');
    writeSync(file, raw);
    fsyncSync(file);
    closeSync(file);
  });
  const [loaded, other] = await timed(() => start(['--load-state', path]));
  const same = (await other.call<Block>('eth_getBlockByNumber', ['latest', false])).hash === head.hash;
  await other.stop();
  say(
    `dump: anvil ${ms(asked)}, unpacked ${ms(unpacked)}, fsynced ${ms(written)}; ${mb(raw.length)} (${mb(answer.length / 2)} gzipped); loaded in ${ms(loaded)}, ${same ? 'same head' : 'ANOTHER HEAD'}`,
  );
  return path;
}

/** What is appended for a block of one registration, and playing so many of them again. */
async function journal(anvil: Anvil, many: number): Promise<void> {
  const checkpoint = await dump(anvil);
  const from = await anvil.head();
  const base = await anvil.call<Block>('eth_getBlockByNumber', [hex(from), false]);
  const file = openSync(join(dir, 'journal'), 'a');
  const appended: number[] = [];
  const lines: { block: Block; raws: Hex[] }[] = [];
  for (let i = 0; i < many; i++) {
    await register(anvil, 1, 1);
    const [spent] = await timed(async () => {
      const block = await anvil.call<Block>('eth_getBlockByNumber', ['latest', false]);
      const raws = await Promise.all(
        block.transactions.map((hash) => anvil.call<Hex>('debug_getRawTransaction', [hash])),
      );
      lines.push({ block, raws });
      writeSync(file, JSON.stringify({ ...block, logsBloom: undefined, raws }));
      fsyncSync(file);
    });
    appended.push(spent);
  }
  closeSync(file);
  const replayer = await start(['--load-state', checkpoint, '--no-mining', '--order', 'fifo']);
  await replayer.call('anvil_setLoggingEnabled', [false]);
  await replayer.call('evm_setTime', [Number(base.timestamp)]);
  let same = 0;
  const [spent] = await timed(async () => {
    for (const { block, raws } of lines) {
      await replayer.call('evm_setNextBlockTimestamp', [Number(block.timestamp)]);
      await replayer.call('anvil_setNextBlockBaseFeePerGas', [block.baseFeePerGas]);
      for (const raw of raws) await replayer.call('eth_sendRawTransaction', [raw]);
      await replayer.call('evm_mine');
      const { hash } = await replayer.call<Block>('eth_getBlockByNumber', ['latest', false]);
      if (hash === block.hash) same++;
    }
  });
  await replayer.stop();
  const size = statSync(join(dir, 'journal')).size;
  say(
    `journal: a block read, written and fsynced in ${ms(median(appended))}, ${Math.round(size / many)} bytes; replayed at ${Math.round((1000 * many) / spent)} blocks/s, ${same} of ${many} with the same hash`,
  );
}

/** Signed transfers a second and small questions a second, with and without anvil's own log. */
async function logging(many: number): Promise<void> {
  const signer = await fresh();
  const sign = (i: number) =>
    signer.call<Hex>('eth_signTransaction', [
      {
        type: '0x2',
        from: PAYER,
        to: PAYER,
        value: '0x1',
        gas: hex(21_000),
        nonce: hex(i),
        maxFeePerGas: hex(2e9),
        maxPriorityFeePerGas: '0x0',
      },
    ]);
  const raws = await Promise.all(Array.from({ length: many }, (_, i) => sign(i)));
  await signer.stop();
  const rates = {
    on: { tx: [] as number[], calls: [] as number[] },
    off: { tx: [] as number[], calls: [] as number[] },
  };
  for (let round = 0; round < 5; round++)
    for (const mode of ['on', 'off'] as const) {
      const anvil = await fresh();
      await anvil.call('anvil_setLoggingEnabled', [mode === 'on']);
      const inTurns = async (each: (i: number) => Promise<unknown>, of: number) => {
        let next = 0;
        const worker = async () => {
          while (next < of) await each(next++);
        };
        await Promise.all(Array.from({ length: 100 }, worker));
      };
      const [sent] = await timed(async () => {
        await inTurns((i) => anvil.call('eth_sendRawTransaction', [raws[i]]), many);
        // Sent together they arrive in any order, and the last may wait for a block.
        while (Number(await anvil.call('eth_getTransactionCount', [PAYER, 'latest'])) < many)
          await anvil.call('evm_mine');
      });
      const [asked] = await timed(() => inTurns(() => anvil.call('eth_chainId'), 10 * many));
      rates[mode].tx.push((1000 * many) / sent);
      rates[mode].calls.push((10_000 * many) / asked);
      await anvil.stop();
    }
  const of = ({ tx, calls }: { tx: number[]; calls: number[] }) =>
    `${Math.round(median(tx))} tx/s, ${Math.round(median(calls))} calls/s`;
  say(`logging on: ${of(rates.on)}; off: ${of(rates.off)}`);
}

async function historical(many: number): Promise<void> {
  registered = 0;
  const anvil = await fresh('--no-mining');
  await register(anvil, many, 1);
  const sizes: number[] = [];
  for (const withStates of [false, true]) {
    const answer = await anvil.call<Hex>('anvil_dumpState', [withStates]);
    sizes.push(gunzipSync(Buffer.from(answer.slice(2), 'hex')).length);
  }
  await anvil.stop();
  say(`dump of ${many} blocks: ${mb(sizes[0] ?? 0)}; with its historical states ${mb(sizes[1] ?? 0)}`);
}

try {
  registered = 0;
  const anvil = await fresh('--no-mining');
  await anvil.call('anvil_setLoggingEnabled', [false]);
  await point(anvil);
  for (let at = await anvil.head(); at < blocks; at = await anvil.head()) {
    const [spent] = await timed(() => anvil.call('anvil_mine', [hex(Math.min(1000, blocks - at))]));
    if (at % 10_000 < 1000)
      say(`head ${await anvil.head()}: ${ms(spent / Math.min(1000, blocks - at))} an empty block`);
  }
  await point(anvil);
  await dump(anvil);
  for (const part of [0.1, 0.3, 0.6]) {
    await register(anvil, Math.round(assets * part), 80);
    await point(anvil);
  }
  await journal(anvil, 100);
  await anvil.stop();
  await historical(100);
  await logging(500);
} finally {
  rmSync(dir, { recursive: true });
}

import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What of a devnet is measured, as `sahara devnet start --json` and `status --json` tell it. */
export type Live = {
  supervisor: { pid: number };
  chain: { rpcUrl: string; process: { pid: number } };
  socket: string;
};

const POLL_MS = 2;
const DEADLINE_MS = 60_000;
const [FROM, TO] = [
  '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
  '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
];

export async function call<T>(url: string, method: string, params: unknown[] = []): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result: T; error?: { message: string } };
  if (answer.error) throw new Error(answer.error.message);
  return answer.result;
}

/** Returns when a chain answers that is being started. */
export async function answered(url: string): Promise<void> {
  const from = performance.now();
  while (!(await call(url, 'eth_chainId').catch(() => undefined))) {
    if (performance.now() - from > DEADLINE_MS) throw new Error(`${url} does not answer`);
    await sleep(POLL_MS);
  }
}

/** Milliseconds from sending a transfer until it has a receipt. */
export async function transfer(url: string): Promise<number> {
  const from = performance.now();
  const hash = await call(url, 'eth_sendTransaction', [{ from: FROM, to: TO, value: '0x1' }]);
  while (!(await call(url, 'eth_getTransactionReceipt', [hash]))) await sleep(1);
  return performance.now() - from;
}

/** Milliseconds until what is on the chain is on disk. */
export function commit({ socket }: Live): Promise<number> {
  const from = performance.now();
  return new Promise((done, fail) => {
    request({ socketPath: socket, method: 'POST', path: '/commit' }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) done(performance.now() - from);
        else fail(new Error(`the supervisor answered ${response.statusCode}`));
      });
    })
      .on('error', fail)
      .end();
  });
}

/** Milliseconds from kill -9 of the chain until it is there again. */
export async function comesBack({ chain }: Live): Promise<number> {
  const from = performance.now();
  process.kill(chain.process.pid, 'SIGKILL');
  while (await call(chain.rpcUrl, 'eth_chainId').catch(() => undefined)) await sleep(POLL_MS);
  await answered(chain.rpcUrl);
  return performance.now() - from;
}

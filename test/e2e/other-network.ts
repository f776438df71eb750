import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { encryptKey } from '../../src/config/keystore.ts';
import { anvilBinary } from '../../src/devnet/toolkit.ts';
import { freePorts, rpc, until, type World } from './support.ts';

/** A bare anvil that plays a network: another chain id than devnets have, and nothing on it. */
export type OtherNetwork = {
  url: string;
  chainId: number;
  rpc<T = string>(method: string, params?: unknown[]): Promise<T>;
  stop(): void;
};

export async function startOtherNetwork(chainId: number, world?: World): Promise<OtherNetwork> {
  const [port = 0] = await freePorts(1);
  const child = spawn(
    anvilBinary(),
    ['--host', '127.0.0.1', '--port', `${port}`, '--chain-id', `${chainId}`, '--silent'],
    { env: world?.env ?? process.env, stdio: 'ignore' },
  );
  if (child.pid !== undefined) world?.watch(child.pid);
  const url = `http://127.0.0.1:${port}`;
  await until(
    () =>
      rpc(url, 'eth_chainId').then(
        () => true,
        () => false,
      ),
    'the other network',
  );
  return {
    url,
    chainId,
    rpc: (method, params) => rpc(url, method, params),
    stop: () => void child.kill('SIGKILL'),
  };
}

export type Person = { name: string; address: Address; key: Hex };

const PASSWORD = 'a password of nobody';

/**
 * An account of somebody's own: a keystore that opens quickly, and coins on the networks.
 *
 * @returns with the environment by which commands find the password
 */
export async function openAccount(
  world: World,
  name: string,
  networks: readonly OtherNetwork[],
): Promise<Person> {
  const key = generatePrivateKey();
  const { address } = privateKeyToAccount(key);
  const folder = world.env['SAHARA_KEYSTORE'] ?? join(world.project, '.sahara/accounts');
  mkdirSync(folder, { recursive: true });
  const keystore = await encryptKey(Buffer.from(key.slice(2), 'hex'), address, PASSWORD, {
    n: 1024,
    r: 8,
    p: 1,
  });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(keystore), { mode: 0o600 });
  for (const network of networks) await network.rpc('anvil_setBalance', [address, '0x56BC75E2D63100000']);
  return { name, address, key };
}

/** Lets commands of a world find the password of its accounts. */
export function givePassword(world: World): void {
  const file = join(world.dir, 'password');
  writeFileSync(file, `${PASSWORD}\n`, { mode: 0o600 });
  world.env['SAHARA_PASSWORD_FILE'] = file;
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { expect } from 'vitest';
import { isRunning, until } from './support.ts';

/**
 * What must not be left of a world: processes that were started for it (those known by pid, and on Linux any
 * whose environment names its folder), sockets, temporary folders; and nowhere a secret.
 */
export async function expectNoLeaks(dir: string, watched: Set<number>, outputs: string[]): Promise<void> {
  const running = () => [...watched, ...childrenOf(dir)].filter(isRunning);
  await until(() => running().length === 0, 'the processes of this world to end', 5000).catch(
    () => undefined,
  );
  const left = running();
  for (const pid of left) process.kill(pid, 'SIGKILL');
  expect(left, 'processes that were left running').toEqual([]);
  expect(
    readdirSync(join(dir, 't')).filter((f) => !/^node-compile-cache$/.test(f)),
    'sockets and temporary folders that were left',
  ).toEqual([]);
  expect(existsSync(join(dir, 'home/.foundry/anvil')), 'states of blocks that anvil has left').toBe(false);
  expectNoSecrets(outputs, 'an output');
  expectSafeFiles(join(dir, 'project'));
}

/** A devnet that ran as a whole and was stopped leaves no lock, no record that it runs, and nothing half written. */
export function expectNoLocks(devnet: string): void {
  const left = (readdirSync(devnet, { recursive: true }) as string[]).filter((path) =>
    /(^|\/)(live\.json|supervisor\.lock.*|lock\.json.*|.*\.tmp)$/.test(path),
  );
  expect(left, `what ${devnet} left when it was stopped`).toEqual([]);
}

/** Processes that inherited the world's environment. */
function childrenOf(dir: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((p) => /^\d+$/.test(p) && Number(p) !== process.pid)
    .filter((p) => {
      try {
        return readFileSync(`/proc/${p}/environ`, 'utf8').includes(`${dir}/`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

let keys: string[] | undefined;

/** The private keys of the development accounts, 64 hexadecimal digits each. */
function secretKeys(): string[] {
  keys ??= Array.from({ length: 20 }, (_, addressIndex) => {
    const { privateKey } = mnemonicToAccount('test test test test test test test test test test test junk', {
      addressIndex,
    }).getHdKey();
    return toHex(privateKey ?? new Uint8Array()).slice(2);
  });
  return keys;
}

export function expectNoSecrets(texts: string[], what: string): void {
  for (const text of texts) {
    const found = secretKeys().filter((k) => text.toLowerCase().includes(k));
    expect(found, `private keys in ${what}`).toEqual([]);
    expect(
      /PRIVATE KEY|test test test test/.test(text),
      `key material in ${what}: ${text.slice(0, 400)}`,
    ).toBe(false);
  }
}

/** Files with key material are the owner's alone; logs hold none at all. */
function expectSafeFiles(project: string): void {
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    if (/\.(pem|key)$/.test(entry.name) && readFileSync(path, 'latin1').includes('PRIVATE KEY'))
      expect(statSync(path).mode & 0o777, `mode of ${path}`).toBe(0o600);
    if (entry.name.endsWith('.log')) expectLogWithoutKeys(path);
  }
}

/** Anvil itself prints its well-known development keys when it starts; ours must not add any. */
function expectLogWithoutKeys(path: string): void {
  if (path.endsWith('chain.log')) return;
  expectNoSecrets([readFileSync(path, 'utf8')], path);
}

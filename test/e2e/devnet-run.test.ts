import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deep } from '../depth.ts';
import { ranTo } from './shell.ts';
import { BIN, createWorld, isRunning, rpc, until } from './support.ts';

const world = await createWorld('devnet-run');
const temporary = join(world.dir, 't');

/** Runs that are ended at a random moment. */
const rounds = deep ? 40 : 2;

/** Starts `sahara devnet run` with a stdin of ours. */
function start(args: string[], input = ''): ChildProcess {
  const child = spawn(process.execPath, [BIN, 'devnet', 'run', ...args], {
    cwd: world.project,
    env: world.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  world.watch(child.pid ?? -1);
  child.stdin?.end(input);
  return child;
}

/** What is left in the temp folder of runs and their sockets. */
const left = () => readdirSync(temporary).filter((name) => name.startsWith('sahara-'));

/** The pid of the command, which writes it into a file as soon as it runs. */
async function pidIn(file: string): Promise<number> {
  const path = join(world.dir, file);
  const read = () => (existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0);
  await until(() => read() > 0, 'the command to run');
  const pid = read();
  rmSync(path);
  world.watch(pid);
  return pid;
}

/** A shell that says its pid and then does something. */
const saying = (file: string, then: string) => ['sh', '-c', `echo $$ > ${join(world.dir, file)}; ${then}`];

describe('a command with a devnet of its own', () => {
  test('has our input and output, its words as they are, an environment, and the last word', async () => {
    const program =
      'process.stdin.pipe(process.stdout); process.stdin.on("end", () => { console.error(JSON.stringify({ args: process.argv.slice(1), env: process.env, cwd: process.cwd() })); process.exitCode = 7; })';
    const words = ['--json', 'two words', '--', '$HOME', "it's", '', 'two words', '--'];
    const ran = await ranTo(start(['--', 'node', '-e', program, '--', ...words], 'what it\nreads'));
    expect(ran).toMatchObject({ code: 7, signal: null, stdout: 'what it\nreads' });
    const { args, env, cwd } = JSON.parse(ran.stderr) as {
      args: string[];
      env: Record<string, string>;
      cwd: string;
    };
    expect({ args, cwd }).toEqual({ args: words, cwd: world.project });
    expect(env).toMatchObject({
      SAHARA_RPC_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      SAHARA_CHAIN_ID: '31337',
      SAHARA_IPFS_API: env['IPFS_API'],
      SAHARA_IPFS_GATEWAY: env['IPFS_GATEWAY'],
      SAHARA_READY_URL: expect.stringMatching(/\/ready$/),
      ETH_RPC_URL: env['SAHARA_RPC_URL'],
      HOME: world.env['HOME'],
    });
    // The settings ask for a port, which is for the project's own.
    expect(env['SAHARA_RPC_URL']).not.toContain(`:${world.env['SAHARA_RPC_PORT']}`);
    expect(existsSync(env['SAHARA_STATE_DIR'] ?? '')).toBe(false);
    expect(left()).toEqual([]);
    await expect(rpc(env['SAHARA_RPC_URL'] ?? '', 'eth_chainId')).rejects.toThrow();
  });

  test('two at once do not see each other, nor the project’s own devnet, and leave the project as it is', async () => {
    const spend = '"$0" "$1" account send newcomer "$2" --account buyer -q >/dev/null';
    const look =
      '"$0" "$1" devnet list --fields state,rpcUrl,selected && "$0" "$1" account balance newcomer --fields native';
    const run = (amount: string) =>
      ranTo(
        start(['--name', 'isolated', '--', 'sh', '-c', `${spend} && ${look}`, process.execPath, BIN, amount]),
      );
    const [one, two] = await Promise.all([run('1'), run('2')]);
    const said = [one, two].map(({ code, stdout, stderr }) => {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [, url, amount] = /^running\t(http\S+)\ttrue\n(\d+)\n$/.exec(stdout) ?? [stdout];
      return { url, amount };
    });
    expect(said.map((s) => s.amount)).toEqual(['10001000000000000000000', '10002000000000000000000']);
    expect(said[0]?.url).not.toBe(said[1]?.url);
    expect(readdirSync(world.project, { recursive: true })).toEqual(['.sahara']);
  });

  test('with --json: one envelope on stdout, what the command prints on stderr, its exit code', async () => {
    const ran = await ranTo(start(['--json', '--', 'sh', '-c', 'echo printed; kill -TERM $$']));
    expect(ran).toMatchObject({ code: 143, stderr: 'printed\n' });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ok: true,
      command: 'devnet run',
      data: { exitCode: 143, signal: 'SIGTERM', kept: null, devnet: { chainId: 31337 } },
    });
  });

  test('needs -- before it, so that no flag of it is taken for one of ours', async () => {
    const lines = [['npm', 'test'], ['npm', '--', 'test'], ['--']];
    const ran = await Promise.all(lines.map((args) => world.run(['devnet', 'run', ...args])));
    expect(ran.map(({ code, stdout }) => [code, stdout])).toEqual(lines.map(() => [2, '']));
  });

  test('--keep leaves the folder, and the devnet goes on from there', async () => {
    const give = `"$0" "$1" account send newcomer 3 --account buyer -q >/dev/null`;
    const ran = await ranTo(start(['--keep', '--json', '--', 'sh', '-c', give, process.execPath, BIN]));
    const { data } = JSON.parse(ran.stdout) as { data: { kept: string } };
    const env = { SAHARA_STATE_DIR: join(data.kept, '.sahara') };
    expect(left()).toEqual([data.kept.slice(temporary.length + 1)]);
    await world.startDevnet([], { env });
    expect(await world.json(['account', 'balance', 'newcomer'], { env })).toMatchObject([
      { native: '10003000000000000000000' },
    ]);
    await world.json(['devnet', 'reset', '--yes'], { env });
    rmSync(data.kept, { recursive: true });
  });
});

describe('whatever happens, nothing is left', () => {
  test('SIGTERM is passed on, and the command says how it ends', async () => {
    const run = start(['--', ...saying('term', 'trap "exit 9" TERM; while :; do sleep 0.05; done')]);
    const ran = ranTo(run);
    const pid = await pidIn('term');
    run.kill('SIGTERM');
    expect(await ran).toMatchObject({ code: 9, stderr: '' });
    expect(isRunning(pid)).toBe(false);
    expect(left()).toEqual([]);
  });

  test('a second signal ends a command that does not listen, and what it has started', async () => {
    const deaf = `trap "" INT TERM; sleep 1000 & echo $! > ${join(world.dir, 'grandchild')}; wait; wait`;
    const run = start(['--', ...saying('deaf', deaf)]);
    const ran = ranTo(run);
    const pids = [await pidIn('deaf'), await pidIn('grandchild')];
    run.kill('SIGINT');
    run.kill('SIGTERM');
    expect(await ran).toMatchObject({ code: 137 });
    await until(() => !pids.some(isRunning), 'the command and its child to end', 3000);
    expect(left()).toEqual([]);
  });

  test('killed while the command runs, or while the devnet starts, it takes the devnet along', async () => {
    const run = start(['--', ...saying('killed', 'exec sleep 2')]);
    await pidIn('killed');
    expect(left()).not.toEqual([]);
    run.kill('SIGKILL');
    await until(() => left().length === 0, 'everything to be removed', 10_000);

    const begun = () =>
      left().some((name) => existsSync(join(temporary, name, '.sahara/devnet/default/supervisor.lock')));
    const early = start(['--', 'true']);
    await until(begun, 'a start to be on its way');
    early.kill('SIGKILL');
    await until(() => left().length === 0, 'everything to be removed', 10_000);

    const interrupted = start(['--', 'true']);
    const ran = ranTo(interrupted);
    await until(begun, 'a start to be on its way');
    interrupted.kill('SIGINT');
    expect((await ran).code).toBe(130);
    expect(left()).toEqual([]);
  });

  test(`ended at any moment, ${rounds} times, nothing is left`, async () => {
    for (let round = 0; round < rounds; round++) {
      const signal = (['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)[round % 4] ?? 'SIGKILL';
      // Side by side on a busy machine, where each step takes long enough to be met.
      const ended = Array.from({ length: deep ? 6 : 1 }, async () => {
        const run = start(['--', 'sleep', '0.5']);
        const ran = ranTo(run);
        const afterMs = Math.round(Math.random() * 1500);
        await new Promise((r) => setTimeout(r, afterMs));
        run.kill(signal);
        await ran;
        return afterMs;
      });
      const after = await Promise.all(ended);
      await until(() => left().length === 0, `all of it to go after ${signal} at ${after} ms`, 15_000);
    }
  });
});

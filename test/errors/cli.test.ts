import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { cliErrors } from '../../src/base/errors-table/cli.ts';
import { foreseen } from '../../src/cli/foreseen.ts';
import { ranTo, runAsWritten } from '../e2e/shell.ts';
import { BIN, createWorld, type Ran } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-cli');
const { signal } = new AbortController();

provokeEach(world, cliErrors, {
  // A bug is what nobody knows how to provoke; this is what a command makes of one.
  INTERNAL: {
    call: () => {
      throw foreseen(new TypeError('versions.map is not a function'), 'asset list', signal);
    },
    says: /versions\.map/,
  },
  USAGE: { run: ['asset', 'show', '--jsn'], says: /--jsn.*; did you mean --json\?/ },
  COMMAND_UNKNOWN: { run: ['asset', 'shw'], says: /"asset show"/ },
  INTERRUPTED: interrupted,
  DISK_FULL: diskFull(),
  FILE_DENIED: { run: ['new', 'dataset', 'penguins', '--dir', '/proc/penguins'], says: /\/proc/ },
  CONFIRMATION_NEEDED: { run: ['devnet', 'reset'] },
  PATH_UNUSABLE: {
    run: ['new', 'dataset', 'penguins', '--dir', 'notes.txt/penguins'],
    given: () => void world.write('notes.txt', 'a file'),
    says: /notes\.txt/,
  },
  FOLDER_GONE: async () => {
    const gone = 'mkdir gone && cd gone && rmdir ../gone && sahara asset list';
    const text = await runAsWritten(world, gone);
    expect({ code: text.code, stdout: text.stdout }).toEqual({ code: 3, stdout: '' });
    expect(text.stderr).toContain(`error ${cliErrors.FOLDER_GONE.code}`);
    const json = await runAsWritten(world, `${gone} --json`);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { name: 'FOLDER_GONE' } });
    expect(json.code).toBe(3);
  },
  ERROR_UNKNOWN: { run: ['explain', 'ACOUNT_UNKNOWN'], says: /ACCOUNT_UNKNOWN/ },
  PROJECT_ABOVE: { run: ['init', 'inner'], says: /inner lies in/ },
  NOT_A_FOLDER: {
    run: ['init', 'file.txt', '--nested'],
    given: () => void world.write('file.txt', 'a file'),
    says: /file\.txt/,
  },
  // Its own output and that of the commands that it runs are one, so stdout is not empty.
  TUTORIAL_STEP_FAILED: async () => {
    const env = { SAHARA_CONTENT_NODE: 'none' };
    const line = ['tutorial', '--yes', '--dir', 'lesson'];
    expect(await world.envelope(line, { env })).toMatchObject({
      exit: 1,
      error: { name: 'TUTORIAL_STEP_FAILED', retryable: true, params: { step: 'devnet', exit: 2 } },
    });
    const text = await world.run(line, { env });
    expect(text.code).toBe(1);
    expect(text.stderr).toMatch(
      new RegExp(`error SAH-1004[\\s\\S]+error ${cliErrors.TUTORIAL_STEP_FAILED.code}`),
    );
  },
  FIELD_UNKNOWN: {
    run: ['account', 'list', '--fields', 'nmae'],
    says: /no field "nmae"; did you mean "name"/,
  },
  SCHEMA_UNKNOWN: { run: ['schema', 'asset', 'shw'], says: /"asset show"/ },
} satisfies Record<keyof typeof cliErrors, Provocation>);

/** A chain that takes the question and never answers; the command is then interrupted. */
async function interrupted(): Promise<void> {
  const silent = createServer((request) => request.resume());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const env = {
    SAHARA_RPC_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    SAHARA_IPFS_API: 'http://127.0.0.1:9',
  };
  try {
    const runs = [
      ['SIGINT', 130, []],
      ['SIGTERM', 143, []],
      ['SIGINT', 130, ['--json']],
      ['SIGTERM', 143, ['--json']],
    ] as const;
    // One after the other they are asked for, as each is known by its question; then all are waited for.
    const ended: Promise<Ran>[] = [];
    for (const [by, , flags] of runs) {
      const asked = once(silent, 'request');
      const { child, result } = world.start(['asset', 'list', ...flags], { env });
      await asked;
      child.kill(by);
      ended.push(result);
    }
    for (const [i, { code, stdout, stderr }] of (await Promise.all(ended)).entries()) {
      const [by, exit, [json]] = runs[i] ?? runs[0];
      expect(code).toBe(exit);
      if (json)
        expect(JSON.parse(stdout)).toMatchObject({
          ok: false,
          error: { name: 'INTERRUPTED', retryable: true, params: { signal: by } },
        });
      else {
        expect(stdout).toBe('');
        expect(stderr).toContain(`error ${cliErrors.INTERRUPTED.code} Stopped by ${by}.`);
      }
    }
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
}

/** On a disk of 16 KiB where one can be made without rights; else what the system says of a device that is always full. */
function diskFull(): Provocation {
  const small = `mount -t tmpfs -o size=16k none ${world.project} && cd ${world.project}`;
  const inside = (...args: string[]) =>
    spawn('unshare', ['-rm', 'sh', '-c', `${small} && exec "$@"`, 'sh', ...args], { env: world.env });
  if (process.platform !== 'linux' || spawnSync('unshare', ['-rm', 'sh', '-c', small]).status !== 0)
    return {
      call: () => {
        try {
          writeFileSync('/dev/full', 'x');
        } catch (error) {
          throw foreseen(error, 'new', signal);
        }
      },
    };
  return async () => {
    for (const flags of [[], ['--json']]) {
      const child = inside(process.execPath, BIN, 'new', 'dataset', 'penguins', ...flags);
      const { code, stdout, stderr } = await ranTo(child);
      expect(code, `${stdout}${stderr}`).toBe(1);
      if (flags.length > 0) expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'DISK_FULL' } });
      else expect(stderr).toContain(`error ${cliErrors.DISK_FULL.code}`);
    }
  };
}

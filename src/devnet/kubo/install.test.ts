import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentProgress } from '../../base/progress.ts';
import { archiveOf, KUBO_VERSION, kuboFolder, PROGRAM } from './distribution.ts';
import { parseAddress } from './download.ts';
import { type InstallOptions, installKubo } from './install.ts';
import { archiveWith, type Mirror, PROGRAM_TEXT, startMirror } from './mirror.test-helper.ts';
import { fileInTar } from './untar.ts';

let dir: string;
const mirrors: Mirror[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sahara-kubo-'));
});
afterEach(() => {
  for (const mirror of mirrors.splice(0)) mirror.close();
  rmSync(dir, { recursive: true, force: true });
});

async function mirrorOf(archive?: Buffer): Promise<Mirror> {
  const mirror = await startMirror(archive);
  mirrors.push(mirror);
  return mirror;
}
const install = (mirror: Mirror, options: InstallOptions = {}) =>
  installKubo({ mirror: mirror.url, dir, silenceMs: 5000, ...options });
const program = () => join(dir, PROGRAM);
const parts = () => readdirSync(dir).filter((name) => name.endsWith('.part'));

describe('installing Kubo', () => {
  test('puts a program there that runs, and the second time there is nothing to do', async () => {
    const mirror = await mirrorOf();
    const dry = await install(mirror, { dryRun: true });
    expect(dry).toMatchObject({ alreadyInstalled: false, sha512: null, path: program() });
    expect([readdirSync(dir), mirror.asked]).toEqual([[], []]);
    const first = await install(mirror);
    expect({ ...first, sha512: null }).toEqual(dry);
    expect(execFileSync(program(), ['--version']).toString()).toContain(KUBO_VERSION);
    expect(readdirSync(dir).sort()).toEqual(['installed.json', PROGRAM].sort());
    mirror.close();
    expect(await install(mirror)).toEqual({ ...first, alreadyInstalled: true });
  });

  test('mends a program that is not what was installed', async () => {
    const mirror = await mirrorOf();
    await install(mirror);
    writeFileSync(program(), 'rm -rf');
    expect(await install(mirror)).toMatchObject({ alreadyInstalled: false });
    expect(readFileSync(program(), 'utf8')).toBe(PROGRAM_TEXT);
  });

  test('goes on by itself where it was cut off, and later where it gave up', async () => {
    const mirror = await mirrorOf();
    mirror.faults.cutAfter = Math.ceil(mirror.archive.length / 3);
    await install(mirror);
    expect(mirror.asked.filter((path) => path.includes('bytes=')).length).toBeGreaterThanOrEqual(2);
    rmSync(join(dir, 'installed.json'));
    mirror.faults.cutAfter = 20_000;
    await expect(install(mirror)).rejects.toMatchObject({ id: 'KUBO_UNREACHABLE', kind: 'unavailable' });
    expect(parts()).toHaveLength(1);
    delete mirror.faults.cutAfter;
    const before = mirror.asked.length;
    await install(mirror);
    expect(mirror.asked.slice(before).at(-1)).toMatch(/bytes=[1-9]/);
    expect(readFileSync(program(), 'utf8')).toBe(PROGRAM_TEXT);
    expect(parts()).toEqual([]);
  });

  test('begins again where ranges are not heeded, and where what was left is of something else', async () => {
    const mirror = await mirrorOf();
    const { name } = archiveOf(KUBO_VERSION, '');
    // The part of a process that is gone: no process has so large a number.
    const left = join(dir, `${name}.4194999.part`);
    writeFileSync(left, 'something else entirely');
    await install(mirror);
    expect(readFileSync(program(), 'utf8')).toBe(PROGRAM_TEXT);
    for (const junk of [
      mirror.archive.subarray(0, 1000),
      Buffer.concat([mirror.archive, Buffer.from('more')]),
    ]) {
      rmSync(join(dir, 'installed.json'));
      writeFileSync(left, junk);
      mirror.faults.noRanges = junk.length < mirror.archive.length;
      await install(mirror);
      expect(parts()).toEqual([]);
    }
  });

  test('leaves the part of a live process alone', async () => {
    const mirror = await mirrorOf();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")']);
    await once(child.stdout, 'data');
    const other = join(dir, `${archiveOf(KUBO_VERSION, '').name}.${child.pid}.part`);
    writeFileSync(other, mirror.archive.subarray(0, 5000));
    await install(mirror);
    expect(readFileSync(other)).toEqual(mirror.archive.subarray(0, 5000));
    child.kill('SIGKILL');
  });

  test('a killed installation leaves nothing that counts, and the next goes on from it', async () => {
    const mirror = await mirrorOf();
    mirror.faults.silentAfter = 60_000;
    const script = `const { installKubo } = await import(${JSON.stringify(fileURLToPath(new URL('./install.ts', import.meta.url)))});
      await installKubo({ mirror: ${JSON.stringify(mirror.url)}, dir: ${JSON.stringify(dir)} });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    const sizeOfPart = () => Math.max(0, ...parts().map((name) => statSync(join(dir, name)).size));
    while (sizeOfPart() < 60_000) await new Promise((r) => setTimeout(r, 20));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(program())).toBe(false);
    delete mirror.faults.silentAfter;
    await install(mirror);
    expect(mirror.asked.at(-1)).toMatch(/bytes=60000-/);
  });

  test('follows redirects, but not without end, and never to what is not encrypted', async () => {
    const mirror = await mirrorOf();
    const front = await mirrorOf();
    front.faults.redirectTo = mirror.url;
    await install(front);
    mirror.faults.redirectTo = mirror.url;
    rmSync(join(dir, 'installed.json'));
    await expect(install(front)).rejects.toMatchObject({ id: 'KUBO_UNREACHABLE' });
    front.faults.redirectTo = 'http://kubo.invalid';
    await expect(install(front)).rejects.toThrow(/not https/);
    expect(() => parseAddress('http://example.org/x')).toThrow(/not https/);
    expect(() => parseAddress('nonsense')).toThrow(/no address/);
  });

  test('two at once both succeed', async () => {
    const mirror = await mirrorOf();
    const script = `const { installKubo } = await import(${JSON.stringify(fileURLToPath(new URL('./install.ts', import.meta.url)))});
      await installKubo({ mirror: ${JSON.stringify(mirror.url)}, dir: ${JSON.stringify(dir)} });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    const [, [code]] = await Promise.all([install(mirror), once(child, 'exit')]);
    expect(code).toBe(0);
    expect(readdirSync(dir).sort()).toEqual(['installed.json', PROGRAM].sort());
  });

  test('can be interrupted', async () => {
    const mirror = await mirrorOf();
    mirror.faults.silentAfter = 1000;
    const stop = new AbortController();
    const progress = { ...silentProgress, advance: () => stop.abort(new Error('enough')) };
    await expect(install(mirror, { signal: stop.signal, progress })).rejects.toThrow('enough');
    expect(existsSync(program())).toBe(false);
  });
});

describe('what is refused installs nothing', () => {
  test.each([
    ['a server that is not there', { status: 503 }, 'KUBO_UNREACHABLE', /answers 503/],
    ['a version that is not there', { status: 404 }, 'KUBO_NOT_PUBLISHED', /There is no http/],
    ['silence', { silentAfter: 500 }, 'KUBO_UNREACHABLE', /silent for 0\.2 s/],
    ['another checksum', { sum: `${'0'.repeat(128)}  x` }, 'KUBO_CHECKSUM', /was promised/],
    ['no checksum', { sum: '<html>Not today</html>' }, 'KUBO_CHECKSUM', /holds no checksum/],
    ['an endless checksum', { sum: 'f'.repeat(100_000) }, 'KUBO_UNREACHABLE', /longer than a checksum/],
  ] as const)('%s', async (_, faults, id, says) => {
    const mirror = await mirrorOf();
    Object.assign(mirror.faults, faults);
    const error = await install(mirror, { silenceMs: 200 }).catch((e) => e);
    expect(error).toMatchObject({ id });
    expect(error.message).toMatch(says);
    expect(existsSync(program())).toBe(false);
  });

  test('archives without a program in them, and what is none', async () => {
    for (const [archive, says] of [
      [await archiveWith({ 'kubo/README.md': 'x' }), /kubo\/ipfs is not in it/],
      [await archiveWith({ 'kubo/ipfs': '' }), /is empty/],
      [
        await archiveWith({ '../kubo/ipfs': 'x', '/kubo/ipfs': 'x', 'kubo/../kubo/ipfs': 'x' }),
        /is not in it/,
      ],
      [Buffer.from('no gzip'), /incorrect header/],
      [(await archiveWith({ 'kubo/ipfs': PROGRAM_TEXT })).subarray(0, -600), /./],
    ] as const) {
      const error = await install(await mirrorOf(archive)).catch((e) => e);
      expect(error).toMatchObject({ id: 'KUBO_ARCHIVE' });
      expect(error.message).toMatch(says);
      expect(readdirSync(dir)).toEqual([]);
    }
  });

  test('machines that nothing is published for', () => {
    for (const machine of [
      { platform: 'win32', arch: 'x64' },
      { platform: 'linux', arch: 's390x' },
    ])
      expect(() => archiveOf('0.43.1', 'https://x', machine)).toThrow(`${machine.platform}-${machine.arch}`);
    expect(archiveOf('0.43.1', 'https://x', { platform: 'darwin', arch: 'arm64' }).url).toBe(
      'https://x/kubo/v0.43.1/kubo_v0.43.1_darwin-arm64.tar.gz',
    );
  });

  test('folders that cannot be written', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    await expect(install(await mirrorOf(), { dir: join(file, 'in') })).rejects.toMatchObject({
      id: 'CONTENT_WRITE_FAILED',
    });
    mkdirSync(join(dir, 'in-the-way', PROGRAM), { recursive: true });
    await expect(install(await mirrorOf(), { dir: join(dir, 'in-the-way') })).rejects.toThrow();
    expect(readdirSync(join(dir, 'in-the-way'))).toEqual([PROGRAM]);
  });

  test.runIf(existsSync('/dev/full'))('a full disk', async () => {
    const part = join(dir, `${archiveOf(KUBO_VERSION, '').name}.${process.pid}.part`);
    execFileSync('ln', ['-s', '/dev/full', part]);
    const error = await install(await mirrorOf()).catch((e) => e);
    expect(error).toMatchObject({ id: 'CONTENT_WRITE_FAILED' });
    expect(error.message).toMatch(/the disk is full/);
  });
});

test('a tar that was changed anywhere is read wrong or refused, and never hangs', async () => {
  const whole = await archiveWith({ 'kubo/ipfs': PROGRAM_TEXT });
  const { gunzipSync } = await import('node:zlib');
  const bytes = gunzipSync(whole);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(bytes.length - 1),
      fc.nat(255),
      fc.integer({ min: 1, max: 700 }),
      async (at, value, size) => {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        let got = 0;
        try {
          const chunks = (async function* () {
            for (let i = 0; i < changed.length; i += size) yield changed.subarray(i, i + size);
          })();
          for await (const chunk of fileInTar(chunks, 'kubo/ipfs')) got += chunk.length;
        } catch (error) {
          expect((error as Error).constructor.name).toBe('BadArchive');
        }
        expect(got).toBeLessThanOrEqual(bytes.length);
      },
    ),
  );
});

test('the folder is one of the user', () => {
  expect(kuboFolder({ HOME: '/home/me' })).toBe('/home/me/.local/share/sahara/kubo');
  expect(kuboFolder({ HOME: '/home/me', XDG_DATA_HOME: '/data' })).toBe('/data/sahara/kubo');
});

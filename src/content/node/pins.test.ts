import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CID, cidV1, DAG_PB, sha256 } from '../cid.ts';
import { tempDir } from '../testing/node.ts';
import { openPins, type Pin, type PinType } from './pins.ts';

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir('pins');
});
afterEach(() => temp.remove());

const path = () => join(temp.path, 'pins.log');
const open = () => {
  const log: string[] = [];
  return { pins: openPins(temp.path, (m) => log.push(m)), log };
};
const cidOf = (n: number) => cidV1(DAG_PB, sha256(Buffer.from(String(n))));
const pinOf = (n: number, name = `pin ${n}`, type: PinType = 'recursive'): Pin => ({
  cid: cidOf(n),
  type,
  name,
});
const shown = (pins: Iterable<Pin>) =>
  [...pins].map(({ cid, type, name }) => `${cid} ${type} ${name}`).sort();

describe('the list of pins', () => {
  it('is what was done to it, over restarts', () => {
    const step = fc.record({
      n: fc.nat(12),
      what: fc.constantFrom<'recursive' | 'direct' | 'remove' | 'reopen'>(
        'recursive',
        'direct',
        'remove',
        'reopen',
      ),
      name: fc.string({ unit: 'binary', maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const dir = tempDir('pins-model');
        const log: string[] = [];
        const reopen = () => openPins(dir.path, (m) => log.push(m));
        let pins = reopen();
        const model = new Map<string, Pin>();
        try {
          for (const { n, what, name } of steps) {
            const pin = pinOf(n, name, what === 'direct' ? 'direct' : 'recursive');
            if (what === 'remove') {
              pins.remove(pin.cid);
              model.delete(String(pin.cid));
            } else if (what === 'reopen') {
              pins.close();
              pins = reopen();
            } else {
              pins.add(pin);
              model.set(String(pin.cid), pin);
            }
            expect(shown(pins.list())).toEqual(shown(model.values()));
          }
          expect(log).toEqual([]);
        } finally {
          pins.close();
          dir.remove();
        }
      }),
      { numRuns: 25 },
    );
  });

  it('counts version 0 and 1 of an address as one', () => {
    const { pins } = open();
    const v0 = CID.parse('QmUbBALi174SnogsUzLpYbD4xPiBSFANF4iztWCsHbMKh2');
    pins.add({ cid: v0, type: 'recursive', name: '' });
    expect(pins.get(v0.toV1())?.cid.toString()).toBe(v0.toString());
    pins.remove(v0.toV1());
    expect(shown(pins.list())).toEqual([]);
    pins.close();
  });

  it('takes over the list of an earlier version, and never loses what either knows', () => {
    const write = (...numbers: number[]) =>
      writeFileSync(
        join(temp.path, 'pins.json'),
        JSON.stringify({ version: 1, pins: numbers.map((n) => ({ ...pinOf(n), cid: String(cidOf(n)) })) }),
      );
    write(1, 2);
    const first = open();
    expect(shown(first.pins.list())).toEqual(shown([pinOf(1), pinOf(2)]));
    expect(existsSync(join(temp.path, 'pins.json'))).toBe(false);
    first.pins.add(pinOf(3));
    first.pins.close();
    // The earlier version was used once more.
    write(2, 4);
    const again = open();
    expect(shown(again.pins.list())).toEqual(shown([1, 2, 3, 4].map((n) => pinOf(n))));
    again.pins.close();
    writeFileSync(join(temp.path, 'pins.json'), '{"version":1,"pi');
    expect(open).toThrow();
    expect(existsSync(join(temp.path, 'pins.json'))).toBe(true);
  });

  it('cut at any byte keeps every pin whose line is whole, and takes new ones after', () => {
    const { pins } = open();
    for (let n = 0; n < 6; n++) pins.add(pinOf(n));
    pins.close();
    const whole = readFileSync(path());
    fc.assert(
      fc.property(fc.nat(whole.length), fc.boolean(), (length, zeros) => {
        // A power cut may leave zeros where the line was to be.
        writeFileSync(path(), Buffer.concat([whole.subarray(0, length), Buffer.alloc(zeros ? 500 : 0)]));
        const lines = whole.subarray(0, length).toString().split('\n').length - 1;
        const cut = open();
        expect(cut.log).toEqual([]);
        expect([...cut.pins.list()]).toHaveLength(lines);
        cut.pins.add(pinOf(100));
        cut.pins.close();
        const after = open();
        expect([...after.pins.list()]).toHaveLength(lines + 1);
        expect(after.pins.damaged()).toBeUndefined();
        after.pins.close();
      }),
      { numRuns: 60 },
    );
  });

  it('notices a line that was changed, keeps the rest and the evidence', () => {
    const { pins } = open();
    for (let n = 0; n < 4; n++) pins.add(pinOf(n));
    pins.close();
    const bytes = readFileSync(path());
    bytes[bytes.indexOf('pin 2') + 4] = 0x39;
    writeFileSync(path(), bytes);
    for (let round = 0; round < 2; round++) {
      const again = open();
      expect(shown(again.pins.list())).toEqual(shown([0, 1, 3].map((n) => pinOf(n))));
      expect(again.pins.damaged()).toBe(`${path()}.damaged`);
      expect(again.log.length).toBe(round === 0 ? 1 : 0);
      again.pins.close();
    }
    expect(readFileSync(`${path()}.damaged`).equals(bytes)).toBe(true);
  });

  it('stays short, however often pins come and go', () => {
    const { pins } = open();
    for (let n = 0; n < 60; n++) {
      pins.add(...Array.from({ length: 40 }, (_, i) => pinOf(i, `name ${n}`)));
      pins.remove(cidOf(n % 40));
    }
    const before = shown(pins.list());
    expect(readFileSync(path(), 'utf8').split('\n').length).toBeLessThan(1200);
    pins.close();
    const again = open();
    expect(shown(again.pins.list())).toEqual(before);
    again.pins.close();
  });

  it('grows by one line for each pin, be there ten or ten thousand', () => {
    const { pins } = open();
    pins.add(...Array.from({ length: 10_000 }, (_, n) => pinOf(n)));
    const before = statSync(path()).size;
    pins.add(pinOf(10_001));
    expect(statSync(path()).size - before).toBeLessThan(200);
    pins.close();
  });

  it('on a full disk keeps what it answered, and nothing by halves', () => {
    // A limit on the size of a file, 4 KiB, stands in for the disk.
    const script = `
      const { openPins } = await import(${JSON.stringify(new URL('./pins.ts', import.meta.url).href)});
      const { cidV1, DAG_PB, sha256 } = await import(${JSON.stringify(new URL('../cid.ts', import.meta.url).href)});
      const pins = openPins(${JSON.stringify(temp.path)}, () => {});
      let answered = 0;
      let refused = 0;
      for (let n = 0; n < 60; n++) {
        try {
          pins.add({ cid: cidV1(DAG_PB, sha256(Buffer.from(String(n)))), type: 'recursive', name: 'x'.repeat(n) });
          answered++;
        } catch { refused++; }
      }
      process.stdout.write(JSON.stringify({ answered, refused, listed: [...pins.list()].length }));`;
    const args = [
      '-c',
      'ulimit -f 4; exec "$@"',
      'bash',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
    ];
    const told = JSON.parse(execFileSync('bash', args, { encoding: 'utf8' })) as Record<string, number>;
    expect(told['refused']).toBeGreaterThan(0);
    expect(told['answered']).toBeGreaterThan(10);
    expect(told['listed']).toBe(told['answered']);
    const { pins, log } = open();
    expect([...pins.list()]).toHaveLength(told['answered'] as number);
    expect(log).toEqual([]);
    pins.close();
  });

  it('says so when it cannot write, and is as it was', () => {
    const { pins } = open();
    pins.add(pinOf(1));
    pins.close();
    expect(() => pins.add(pinOf(2))).toThrow();
    expect(shown(pins.list())).toEqual(shown([pinOf(1)]));
    appendFileSync(path(), 'half a li');
    const again = open();
    expect(shown(again.pins.list())).toEqual(shown([pinOf(1)]));
    again.pins.close();
  });
});

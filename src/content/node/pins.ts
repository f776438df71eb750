import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import { CID, cidKey } from '../cid.ts';
import { openJournal, readJournal, writeJournal } from './pin-log.ts';

export type PinType = 'recursive' | 'direct';
export type Pin = { cid: CID; type: PinType; name: string };

export type Pins = {
  get(cid: CID): Pin | undefined;
  list(): IterableIterator<Pin>;
  /** On disk when this returns: all of them, or, when it throws, none that was not there before. */
  add(...pins: Pin[]): void;
  /** Those that are not pinned are passed over. On disk when this returns. */
  remove(...cids: CID[]): void;
  /** The file in which damaged lines were found and put aside: pins may be missing from the list. */
  damaged(): string | undefined;
  close(): void;
};

/** As it stands in the journal. */
type Line = { pin: string; type: PinType; name: string } | { unpin: string };

/** Lines that no longer matter may be this many more than those that do, before the file is written anew. */
const SPARE_LINES = 1_000;

/** Version 0 and 1 of an address are one pin. */
const keyOf = (cid: CID): string => cidKey(cid.toV1());

/**
 * What the node keeps, in the journal `pins.log` of the repo. A repo of an earlier version has `pins.json`, which is
 * taken over.
 *
 * @param log told of damage that was found
 */
export function openPins(dir: string, log: (message: string) => void): Pins {
  const path = join(dir, 'pins.log');
  const earlier = join(dir, 'pins.json');
  const aside = join(dir, 'pins.log.damaged');
  const pins = new Map<string, Pin>();
  const read = readJournal(path);
  const put = (pin: Pin) => pins.set(keyOf(pin.cid), pin);
  for (const line of read.values as Line[]) {
    // Its checksum is right: it is what somebody wrote, and not damage.
    if (!('unpin' in line) && !('pin' in line))
      throw new SaharaError('STATE_TOO_NEW', { path, format: JSON.stringify(line), toolkit: null });
    if ('unpin' in line) pins.delete(keyOf(CID.parse(line.unpin)));
    else put({ cid: CID.parse(line.pin), type: line.type, name: line.name });
  }
  let lines = read.values.length;

  function* written(from: Iterable<Pin>): Generator<Line> {
    for (const { cid, type, name } of from) yield { pin: cid.toString(), type, name };
  }
  const hasEarlier = existsSync(earlier);
  if (hasEarlier) for (const pin of readEarlier(earlier)) if (!pins.has(keyOf(pin.cid))) put(pin);
  if (read.damaged > 0) {
    log(`pins: ${read.damaged} lines are damaged; the file is kept as ${aside}`);
    if (!existsSync(aside)) copyFileSync(path, aside);
  }
  let { end } = read;
  if (!existsSync(path) || hasEarlier || read.damaged > 0) {
    writeJournal(path, written(pins.values()));
    lines = pins.size;
    end = readJournal(path).end;
  }
  rmSync(earlier, { force: true });
  const journal = openJournal(path, end);

  function append(added: Line[]): void {
    if (added.length === 0) return;
    journal.append(added);
    lines += added.length;
  }

  function compact(): void {
    if (lines <= 2 * pins.size + SPARE_LINES) return;
    try {
      journal.replace(written(pins.values()));
      lines = pins.size;
    } catch (error) {
      // What was to be kept is in the longer file; there will be another time.
      log(`pins: the list could not be written anew: ${(error as Error).message}`);
    }
  }

  return {
    get: (cid) => pins.get(keyOf(cid)),
    list: () => pins.values(),
    add(...added) {
      const news = added.filter((pin) => {
        const old = pins.get(keyOf(pin.cid));
        return old === undefined || old.type !== pin.type || old.name !== pin.name;
      });
      append([...written(news)]);
      for (const pin of news) put(pin);
      compact();
    },
    remove(...cids) {
      const gone = cids.filter((cid) => pins.has(keyOf(cid)));
      append(gone.map((cid) => ({ unpin: cid.toString() })));
      for (const cid of gone) pins.delete(keyOf(cid));
      compact();
    },
    damaged: () => (existsSync(aside) ? aside : undefined),
    close: journal.close,
  };
}

function readEarlier(path: string): Pin[] {
  const file = JSON.parse(readFileSync(path, 'utf8')) as {
    pins: { cid: string; type: PinType; name: string }[];
  };
  return file.pins.map(({ cid, type, name }) => ({ cid: CID.parse(cid), type, name }));
}

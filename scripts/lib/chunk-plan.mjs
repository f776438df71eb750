// Which chunks of a bundle to join. A bundler left to itself makes one chunk for each set of entries that share something,
// which was 80 files for a command that lists assets; and each file that Node loads has its price, however small it is.

/** That price, in bytes of code: half a millisecond, in which Node reads and evaluates about so much. No more than a guess. */
const FILE_BYTES = 40_000;

/**
 * @param {{id: string, bytes: number, imports: string[], isEntry: boolean, isRoot: boolean, isLibrary?: boolean}[]} chunks
 *   `imports` are the static ones; `isRoot` is what something outside loads by name, which is joined with nothing;
 *   `isEntry` is that, or the target of a dynamic import; what loads nothing with `isLibrary` goes on loading none
 * @returns {string[][]} groups of two and more chunks to join
 */
export function planChunks(chunks) {
  let files = chunks.map((c) => ({
    ids: [c.id],
    bytes: c.bytes,
    imports: new Set(c.imports),
    entries: new Set(c.isEntry ? [c.id] : []),
    isRoot: c.isRoot,
    isLibrary: c.isLibrary === true,
  }));
  for (;;) {
    const pair = bestPair(files);
    if (!pair) break;
    const [a, b] = pair;
    const joined = {
      ids: [...a.ids, ...b.ids],
      bytes: a.bytes + b.bytes,
      imports: a.imports.union(b.imports),
      entries: a.entries.union(b.entries),
      isRoot: false,
      isLibrary: a.isLibrary || b.isLibrary,
    };
    files = [...files.filter((f) => f !== a && f !== b), joined];
  }
  return files.map((f) => f.ids.sort()).filter((ids) => ids.length > 1);
}

/** The two files that are best joined; undefined when no pair pays any more. */
function bestPair(files) {
  const fileOf = new Map(files.flatMap((f) => f.ids.map((id) => [id, f])));
  const closures = new Map(files.map((f) => [f, closureOf(f, fileOf)]));
  const loadedBy = new Map(files.map((f) => [f, new Set()]));
  const loads = new Map();
  for (const file of files)
    for (const entry of file.entries) {
      loads.set(entry, closures.get(file));
      for (const loaded of closures.get(file)) loadedBy.get(loaded).add(entry);
    }

  const pairs = [];
  for (const [i, a] of files.entries())
    for (const b of files.slice(i + 1)) {
      if (a.isRoot || b.isRoot || burdens(a, b) || burdens(b, a)) continue;
      const both = loadedBy.get(a).intersection(loadedBy.get(b)).size;
      const alone = (f) => (loadedBy.get(f).size - both) * (f === a ? b : a).bytes;
      const gain = both * FILE_BYTES - alone(a) - alone(b);
      if (gain > 0) pairs.push({ a, b, gain });
    }
  pairs.sort((x, y) => y.gain - x.gain);
  return pairs
    .map(({ a, b, gain }) => [a, b, gain])
    .find(([a, b, gain]) => gain > moreFor(a, b) + moreFor(b, a) && !isCircle(a, b) && !isCircle(b, a));

  /** Whether the library `b` would come to an entry that loads `a` and no library at all. */
  function burdens(a, b) {
    if (a.isLibrary || !b.isLibrary) return false;
    return [...loadedBy.get(a)].some((entry) => [...loads.get(entry)].every((file) => !file.isLibrary));
  }

  /** Bytes that whoever loads `a` and not `b` would load for what `b` imports. */
  function moreFor(a, b) {
    let bytes = 0;
    for (const entry of loadedBy.get(a).difference(loadedBy.get(b)))
      for (const file of closures.get(b).difference(loads.get(entry))) if (file !== b) bytes += file.bytes;
    return bytes;
  }

  /** Whether `from` imports `to` over a third file, which the two joined would then import in a circle. */
  function isCircle(from, to) {
    for (const file of closures.get(from))
      if (file !== from && file !== to && closures.get(file).has(to) && !closures.get(file).has(from))
        return true;
    return false;
  }
}

/** A file with all that it imports, and what that imports. */
function closureOf(file, fileOf) {
  const seen = new Set();
  const queue = [file];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const id of next.imports) queue.push(fileOf.get(id));
  }
  return seen;
}

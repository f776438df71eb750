/**
 * Keccak-f[1600] (FIPS 202, section 3.3) over many short messages, as WebAssembly: JavaScript has no 64-bit
 * integers that compile to machine words, and pays for that with some ten times the work. The module is written
 * here instruction by instruction, so that nothing binary is in the repository; it is two and a half kilobytes.
 */

/** Where the block that is absorbed stands in the memory; 136 bytes, the rate of keccak256. */
export const BLOCK = 0;
export const RATE = 136;
/** Where the 24 round constants stand. */
export const CONSTANTS = 256;

/**
 * For each of `count` messages: copies `length` bytes from `input` to `to` (in the block, whose other bytes the
 * caller has set: a prefix and the padding), and writes the 32 bytes of its hash to `output`; then goes on by
 * `inputStride` and `outputStride` bytes.
 */
export type HashEach = (
  input: number,
  inputStride: number,
  length: number,
  to: number,
  output: number,
  outputStride: number,
  count: number,
) => void;

const I32 = 0x7f;
const I64 = 0x7e;
const NO_RESULT = 0x40;
const OP = { block: 0x02, loop: 0x03, end: 0x0b, brIf: 0x0d, get: 0x20, set: 0x21, tee: 0x22 } as const;
const OP32 = { const: 0x41, eqz: 0x45, below: 0x49, add: 0x6a, sub: 0x6b } as const;
const OP64 = { load: 0x29, store: 0x37, const: 0x42, and: 0x83, xor: 0x85, rotl: 0x89 } as const;
const COPY = [0xfc, 0x0a, 0, 0];

// Parameters 0..6 as in HashEach; then the round's address, then lanes.
const [INPUT, INPUT_STRIDE, LENGTH, TO, OUTPUT, OUTPUT_STRIDE, COUNT, ROUND] = [0, 1, 2, 3, 4, 5, 6, 7];
const A = 8;
const B = A + 25;
const C = B + 25;
const D = C + 5;
const LANES = 60;

const get = (local: number) => [OP.get, local];
const set = (local: number) => [OP.set, local];
const i32 = (value: number) => [OP32.const, ...signed(BigInt(value))];
const i64 = (value: bigint) => [OP64.const, ...signed(value)];
const load = (offset: number) => [OP64.load, 0, ...unsigned(offset)];
const store = (offset: number) => [OP64.store, 0, ...unsigned(offset)];
const advance = (local: number, by: number[]) => [...get(local), ...by, OP32.add, ...set(local)];
const five = (lane: (x: number) => number[]) => [0, 1, 2, 3, 4].flatMap(lane);

/** The bytes of the module: it imports its memory as `env.memory` and exports `hashEach`. */
export function hashModule(): Uint8Array<ArrayBuffer> {
  const locals = [2, 1, I32, LANES, I64];
  const body = [...locals, ...hashEachBody(), OP.end];
  const type = [1, 0x60, 7, ...Array<number>(7).fill(I32), 0];
  const imports = [1, ...text('env'), ...text('memory'), 2, 0, 1];
  const exports = [1, ...text('hashEach'), 0, 0];
  const code = [1, ...unsigned(body.length), ...body];
  const sections: [number, number[]][] = [
    [1, type],
    [2, imports],
    [3, [1, 0]],
    [7, exports],
    [10, code],
  ];
  const bytes = sections.flatMap(([id, content]) => [id, ...unsigned(content.length), ...content]);
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...bytes]);
}

/** The round constants, as they stand in the memory: each from the linear shift register of FIPS 202, 3.2.5. */
export function roundConstants(): bigint[] {
  let register = 1;
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let j = 0; j <= 6; j++) {
      if (register & 1) constant |= 1n << BigInt(2 ** j - 1);
      register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    }
    return constant;
  });
}

function hashEachBody(): number[] {
  const absorbed = RATE / 8;
  return [
    ...[OP.block, NO_RESULT, ...get(COUNT), OP32.eqz, OP.brIf, 0, OP.loop, NO_RESULT],
    ...[...get(TO), ...get(INPUT), ...get(LENGTH), ...COPY],
    ...Array.from({ length: 25 }, (_, lane) => [
      ...(lane < absorbed ? [...i32(BLOCK), ...load(lane * 8)] : i64(0n)),
      ...set(A + lane),
    ]).flat(),
    ...[...i32(CONSTANTS), ...set(ROUND), OP.loop, NO_RESULT, ...round()],
    ...[...advance(ROUND, i32(8)), ...get(ROUND), ...i32(CONSTANTS + 24 * 8), OP32.below, OP.brIf, 0, OP.end],
    ...[0, 1, 2, 3].flatMap((lane) => [...get(OUTPUT), ...get(A + lane), ...store(lane * 8)]),
    ...[...advance(INPUT, get(INPUT_STRIDE)), ...advance(OUTPUT, get(OUTPUT_STRIDE))],
    ...[...get(COUNT), ...i32(1), OP32.sub, OP.tee, COUNT, OP.brIf, 0, OP.end, OP.end],
  ];
}

/** One round: theta, rho and pi, chi, iota. */
function round(): number[] {
  const offsets = rotations();
  const theta = [
    ...five((x) => [
      ...get(A + x),
      ...[5, 10, 15, 20].flatMap((y) => [...get(A + x + y), OP64.xor]),
      ...set(C + x),
    ]),
    ...five((x) => [
      ...[...get(C + ((x + 4) % 5)), ...get(C + ((x + 1) % 5)), ...i64(1n), OP64.rotl, OP64.xor],
      ...set(D + x),
    ]),
  ];
  const rhoAndPi = five((x) =>
    five((y) => [
      ...[...get(A + x + 5 * y), ...get(D + x), OP64.xor, ...i64(offsets[x + 5 * y] ?? 0n), OP64.rotl],
      ...set(B + y + 5 * ((2 * x + 3 * y) % 5)),
    ]),
  );
  const chi = five((y) =>
    five((x) => [
      ...[
        ...get(B + 5 * y + ((x + 1) % 5)),
        ...i64(-1n),
        OP64.xor,
        ...get(B + 5 * y + ((x + 2) % 5)),
        OP64.and,
      ],
      ...[...get(B + 5 * y + x), OP64.xor, ...set(A + 5 * y + x)],
    ]),
  );
  const iota = [...get(A), ...get(ROUND), ...load(0), OP64.xor, ...set(A)];
  return [...theta, ...rhoAndPi, ...chi, ...iota];
}

/** By how much each lane is turned: FIPS 202, 3.2.2. */
function rotations(): bigint[] {
  const offsets = Array<bigint>(25).fill(0n);
  for (let t = 0, x = 1, y = 0; t < 24; t++) {
    offsets[x + 5 * y] = BigInt((((t + 1) * (t + 2)) / 2) % 64);
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return offsets;
}

function text(name: string): number[] {
  return [name.length, ...Buffer.from(name)];
}

/** LEB128, as all numbers of a module are written. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const ends = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
  return ends ? [low] : [low | 0x80, ...signed(rest)];
}

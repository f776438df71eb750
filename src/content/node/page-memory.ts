/** What a write past the cache has to begin and end at, in the file and in memory, at most. Bytes. */
export const PAGE_BYTES = 4096;

declare const WebAssembly: {
  Memory: new (pages: { initial: number; maximum: number; shared: true }) => { buffer: SharedArrayBuffer };
};
const WASM_PAGE_BYTES = 64 * 1024;

const made = new WeakSet<ArrayBufferLike>();

/** Memory that begins at a page and can be shared with a thread, where the system gives any; a buffer may begin anywhere. */
export function pageMemory(bytes: number): Buffer {
  const pages = Math.ceil(bytes / WASM_PAGE_BYTES);
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    made.add(buffer);
    return Buffer.from(buffer, 0, bytes);
  } catch {
    // It takes much address space, of which a limit may leave less.
    return Buffer.allocUnsafeSlow(bytes);
  }
}

/** Whether these bytes are known to begin at a page. */
export function isAtPage({ buffer, byteOffset }: Uint8Array): boolean {
  return byteOffset % PAGE_BYTES === 0 && made.has(buffer);
}

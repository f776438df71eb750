/** Memory for one block after another: it is taken again when `count` others were given since. */
export function inTurn(count: number): (bytes: number) => Buffer {
  const buffers: Buffer[] = [];
  let next = 0;
  return (bytes) => {
    const slot = next++ % count;
    let buffer = buffers[slot];
    if (buffer === undefined || buffer.length < bytes) {
      buffer = Buffer.allocUnsafeSlow(bytes);
      buffers[slot] = buffer;
    }
    return buffer.subarray(0, bytes);
  };
}

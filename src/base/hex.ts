/** `0x`-prefixed lower-case hexadecimal. */
export type Hex = `0x${string}`;
/** A 20-byte EVM address. */
export type Address = `0x${string}`;

export function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}

export function fromHex(hex: string): Uint8Array {
  const body = hex.startsWith('0x') ? hex.slice(2) : hex;
  if (body.length % 2 !== 0 || /[^0-9a-fA-F]/.test(body))
    throw new RangeError(`not hexadecimal: ${hex.slice(0, 40)}`);
  return new Uint8Array(Buffer.from(body, 'hex'));
}

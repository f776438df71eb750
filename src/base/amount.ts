const WEI = 10n ** 18n;

/** Wei as decimal SAHARA without trailing zeros: 1500000000000000000n -> "1.5". */
export function formatSahara(wei: bigint): string {
  const sign = wei < 0n ? '-' : '';
  const abs = wei < 0n ? -wei : wei;
  const fraction = (abs % WEI).toString().padStart(18, '0').replace(/0+$/, '');
  return `${sign}${abs / WEI}${fraction ? `.${fraction}` : ''}`;
}

/** Decimal SAHARA ("1.5") as wei, or undefined when it is no amount (negative, more than 18 decimals, not a number). */
export function parseSahara(text: string): bigint | undefined {
  const match = /^(\d{1,30})(?:\.(\d{1,18}))?$/.exec(text.trim());
  if (!match) return undefined;
  return BigInt(match[1] ?? '0') * WEI + BigInt((match[2] ?? '').padEnd(18, '0'));
}

/** Bytes for people: exact below 10 kB, else three or more figures in units of 1000: "9999 bytes", "314.6 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 10_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  // 999,950 and more would be shown as 1000.0 kB.
  let size = bytes / 1000;
  let unit = 0;
  while (size >= 999.95 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size.toFixed(1)} ${units[unit]}`;
}

/** Basis points as a percentage: 250 -> "2.5%". */
export function formatBps(bps: number): string {
  return `${bps / 100}%`;
}

/**
 * A share of one SAHARA, in wei, as a percentage with at most 4 decimals, rounded down: 5 * 10^16 -> "5%". What is
 * more than nothing and would be shown as nothing is "<0.0001%".
 */
export function formatShare(wei: bigint): string {
  const parts = (wei * 1_000_000n) / WEI;
  if (parts === 0n) return wei > 0n ? '<0.0001%' : '0%';
  const fraction = (parts % 10_000n).toString().padStart(4, '0').replace(/0+$/, '');
  return `${parts / 10_000n}${fraction ? `.${fraction}` : ''}%`;
}

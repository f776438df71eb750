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

/** Basis points as a percentage: 250 -> "2.5%". */
export function formatBps(bps: number): string {
  return `${bps / 100}%`;
}

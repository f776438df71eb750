import { parseSahara } from '../base/amount.ts';
import { SaharaError } from '../base/errors.ts';

/** An amount of SAHARA typed by a person, in wei. @throws AMOUNT_INVALID */
export function amountArg(text: string): bigint {
  const wei = parseSahara(text);
  if (wei === undefined || wei === 0n) throw new SaharaError('AMOUNT_INVALID', { text });
  return wei;
}

/** SAH-30xx: the chain, transactions, funds. */
export const chainErrors = {};

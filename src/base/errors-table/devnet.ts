/** SAH-20xx: the local devnet. */
export const devnetErrors = {};

/** SAH-70xx: terms, licences and the market. */
export const licensingErrors = {};

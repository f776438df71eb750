/** SAH-90xx: running builds and agents. */
export const executionErrors = {};

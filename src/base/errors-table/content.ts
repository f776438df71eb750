/** SAH-40xx: content addressing, stores and transfer. */
export const contentErrors = {};

/** SAH-85xx: scenarios and simulations. */
export const simulationErrors = {};

/** SAH-80xx: payments, settlement and claims. */
export const revenueErrors = {};

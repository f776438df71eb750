/** SAH-60xx: manifests, scaffolds, publishing, assets. */
export const assetErrors = {};

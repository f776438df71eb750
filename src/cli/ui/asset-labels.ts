type Named = { id: bigint; name: string; publisher: string };

/** How each of these assets is named on a list: with its publisher where another one has the same name. */
export function assetLabels(assets: readonly Named[]): (asset: Named) => string {
  const bearers = new Map<string, Set<bigint>>();
  for (const { id, name } of assets) bearers.set(name, (bearers.get(name) ?? new Set()).add(id));
  return ({ name, publisher }) => ((bearers.get(name)?.size ?? 0) > 1 ? `${publisher}/${name}` : name);
}

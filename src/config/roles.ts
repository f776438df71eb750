/** Who acts on the devnet when nobody was named: the account whose role it is. */
export function defaultAccount(kind: string): string {
  return (
    { dataset: 'curator', model: 'trainer', agent: 'operator', compute: 'compute-provider' }[kind] ??
    'curator'
  );
}

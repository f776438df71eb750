// What fields mean that have the same name, and the same meaning, in every result. A field's own TSDoc goes before.

const WEI = 'In wei.';
const wei = (names) => Object.fromEntries(names.map((name) => [name, WEI]));

/** By what JSON holds there (see typesOf in src/cli/schema-fields.ts), then by the field's name. */
const WORDS = {
  digits: {
    ...wei([
      'amount',
      'fee',
      'credited',
      'moved',
      'total',
      'claimed',
      'paid',
      'owed',
      'spent',
      'volume',
      'added',
    ]),
    ...wei(['paidIn', 'fees', 'unsettled', 'pools', 'drift', 'royalties', 'model', 'chain']),
    native: 'SAHARA that the account holds, in wei.',
    wrapped: 'WSAHARA that the account holds, in wei.',
    id: 'Id on the chain.',
    assetId: 'Id of the asset on the chain.',
    versionId: 'Id of the version on the chain.',
    versions: 'Ids of versions on the chain.',
    license: 'Id of the LicenseNFT; 0 where none was needed.',
    units: 'Quanta of 10,000 wei.',
    settledUnits: 'Quanta of 10,000 wei that were settled.',
    totalWeight: "Sum of all contributors' weights.",
  },
  number: {
    id: 'Id of the terms on the chain.',
    terms: 'Id of the terms, see: sahara license show.',
    version: 'Number of the version, from 1.',
    versions: 'How many versions there are.',
    number: 'Number of the version, from 1.',
    period: 'Number of the period: the time of one owner.',
    royaltyBps: 'Royalty, in basis points.',
    shareBps: 'Their share of what stays with the version, in basis points.',
    parentsBps: 'What all parents together are owed, in basis points.',
    feeBps: 'Fee of the protocol, in basis points.',
    ownerUnit: 'Wei of each quantum for the owner.',
    files: 'How many files.',
    contributors: 'How many contributors.',
    purchases: 'How many purchases.',
    count: 'How many.',
    amounts: 'How many amounts.',
    size: 'In bytes.',
    bytes: 'In bytes.',
    durationMs: 'In milliseconds.',
    chainId: 'Id of the chain.',
    pid: 'Id of the process.',
    format: 'Version of this form.',
    seed: 'The same seed gives the same future.',
    days: 'How many days.',
    settleEvery: 'Days from one settlement to the next.',
    rpcPort: 'Port of the chain.',
    apiPort: "Port of the content node's RPC.",
    gatewayPort: "Port of the content node's gateway.",
  },
  string: {
    account: 'Name or address.',
    address: 'Address: 0x and 40 digits.',
    owner: 'Owner, by name or address.',
    publisher: 'Publisher, by name or address.',
    buyer: 'Who paid, by name or address.',
    holder: 'Whose the licence is, by name or address.',
    asset: 'The asset, by name; with the publisher or @version where it has to be told apart.',
    label: 'Name and version: "penguins@1".',
    cid: 'CID of the release folder: content, signature, key.',
    contentCid: 'CID of the content; the same for whoever adds it again.',
    createdAt: 'ISO 8601, by the clock of the chain.',
    startedAt: 'ISO 8601.',
    startTime: 'As the system tells it; with the pid it names one process.',
    tx: 'Hash of the transaction; null where none was sent.',
    txs: 'Hashes of the transactions.',
    rights: 'What a licence allows.',
    path: 'Path of the file or folder.',
    dir: 'Path of the folder.',
  },
};

/** The schema of a result with descriptions where the types have none. */
export function worded(value) {
  if (Array.isArray(value)) return value.map(worded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'properties'
        ? Object.fromEntries(
            Object.entries(inner).map(([name, field]) => [name, wordedField(name, worded(field))]),
          )
        : worded(inner),
    ]),
  );
}

function wordedField(name, field) {
  const description = field.description ?? WORDS[holds(field)]?.[name];
  return description ? { ...field, description } : field;
}

/** `digits`, `number` or `string`, null and lists aside; a reference is to a string, as our named scalars are. */
function holds(field) {
  if (field.items) return holds(field.items);
  const some = field.anyOf?.find((s) => s.type !== 'null');
  if (some) return holds(some);
  if (field.pattern === '^-?[0-9]+$') return 'digits';
  const type = [field.type].flat().find((t) => t !== 'null');
  return field.$ref ? 'string' : type;
}

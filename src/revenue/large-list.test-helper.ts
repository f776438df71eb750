// What a test runs with a limited heap: node --max-old-space-size=<MB> large-list.test-helper.ts <rows> <folder>
import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { getAddress } from 'viem/utils';
import { serializeTable } from './contributors.ts';
import { buildMerkleSum, verifyMerkleSum } from './merkle-sum.ts';
import { largestAccounts } from './merkle-sum-accounts.ts';
import { indexesOf, rowAt } from './merkle-sum-table.ts';
import { readContributorFile, readContributorTable } from './read-contributors.ts';

const [count = 0, folder = ''] = [Number(process.argv[2]), process.argv[3]];
const source = join(folder, 'source.csv');
const canonical = join(folder, 'contributors.csv');

/** Half the accounts have two rows. */
function account(row: number): `0x${string}` {
  const n = BigInt(row % Math.ceil((count * 2) / 3)) + 1n;
  return `0x${((n * 0x9e3779b97f4a7c15f39cc0605cedc834d3f1b2a5n) % 2n ** 160n).toString(16).padStart(40, '0')}`;
}

function* text(): Generator<string> {
  yield '\ufeffaccount,weight,note\r\n';
  for (let row = 0; row < count; row++) {
    const who = row % 16 === 0 ? getAddress(account(row)) : account(row);
    yield `${who},${(row % 1_000) + 1},${row % 7 === 0 ? '"labels, ""gold"""' : ''}\r\n`;
  }
}

await pipeline(Readable.from(text()), createWriteStream(source));
const table = await readContributorFile(source);
const tree = buildMerkleSum(table);
const tried = [0, 1, count >> 1, count - 2, count - 1];
const proofs = tried.filter((index) => verifyMerkleSum(tree, tree.proof(index))).length;
await pipeline(Readable.from(serializeTable(table)), createWriteStream(canonical));
const again = buildMerkleSum(await readContributorTable(createReadStream(canonical)));
const { accounts } = largestAccounts(table, 20);

const answer = {
  count: table.count,
  depth: tree.depth,
  total: String(tree.total),
  proofs,
  isSameAgain: again.root === tree.root && again.total === tree.total,
  accounts,
  rowsOfLast: indexesOf(table, rowAt(table, count - 1).account).length,
  maxRssMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  cpuSeconds: process.cpuUsage().user / 1e6,
};
await writeFile(join(folder, 'answer.json'), JSON.stringify(answer));

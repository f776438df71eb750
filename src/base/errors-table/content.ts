import { row } from '../error-types.ts';
import { shellQuote } from '../shell-quote.ts';

/** The address of an empty folder, for examples. */
const EXAMPLE_CID = 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354';

/** Of the devnet's node, or of a remote: nothing that is done to a devnet helps there. */
const nodeSteps = ({ remote }: { remote?: string }) =>
  remote === undefined
    ? [
        { command: 'sahara devnet status', when: 'to see whether the content node is running and where' },
        { command: 'sahara devnet start', when: 'to start it' },
      ]
    : [
        {
          command: 'sahara config show --origins',
          when: `to check the address and the auth of the remote ${JSON.stringify(remote)}, and where they are set`,
        },
      ];

/** What a proposed command needs to act on the same node. */
const onRemote = (remote: string | null) => (remote === null ? '' : ` --remote ${shellQuote(remote)}`);

/** SAH-40xx: content addressing, stores and transfer. */
export const contentErrors = {
  CONTENT_UNAVAILABLE: row<{ api: string; reason: string; remote?: string }>({
    code: 'SAH-4001',
    kind: 'unavailable',
    title: 'The content node cannot be reached',
    example: { api: 'http://127.0.0.1:5001', reason: 'connection refused' },
    what: (p) => `The content node at ${p.api} did not answer: ${p.reason}.`,
    why: 'The node is not running, listens elsewhere, or went away in the middle of a transfer.',
    fix: 'Start the node, or check the address of the remote in the settings, and run the same command again: what was transferred already is not sent twice. Without --remote a command uses the content node of the devnet.',
    next: nodeSteps,
    retryable: true,
  }),
  CONTENT_TIMEOUT: row<{ api: string; action: string; seconds: number; remote?: string }>({
    code: 'SAH-4002',
    kind: 'unavailable',
    title: 'The content node stopped answering',
    example: { api: 'http://127.0.0.1:5001', action: 'block/get', seconds: 30 },
    what: (p) => `The content node at ${p.api} was silent for ${p.seconds} s during "${p.action}".`,
    why: 'The node hangs, is overloaded, or searches a network for a block that it does not have.',
    fix: 'Look at the log of the node, restart it where it is yours, and run the command again.',
    next: nodeSteps,
    retryable: true,
  }),
  CONTENT_REJECTED: row<{ api: string; action: string; message: string; remote?: string }>({
    code: 'SAH-4003',
    kind: 'failed',
    title: 'The content node refused',
    example: { api: 'http://127.0.0.1:5001', action: 'dag/import', message: 'no space left on device' },
    what: (p) => `The content node at ${p.api} refused "${p.action}": ${p.message}`,
    why: 'The node answered, and its answer was no: the request, its rights, or its disk do not allow it.',
    fix: 'Read the message of the node; a full disk or a missing permission is the usual cause.',
    next: nodeSteps,
  }),
  CONTENT_NOT_FOUND: row<{ cid: string; path: string }>({
    code: 'SAH-4004',
    kind: 'not-found',
    title: 'Content is not in the store',
    example: { cid: EXAMPLE_CID, path: 'data/train.csv' },
    what: (p) => `${p.cid}${p.path ? `/${p.path}` : ''} is not in the content store.`,
    why: 'It was never published to this node, was removed from it, or the path in it does not exist.',
    fix: 'Check the address and the path. What is elsewhere comes to this node with content add, content import or publish.',
  }),
  CONTENT_CORRUPT: row<{ cid: string; reason: string }>({
    code: 'SAH-4005',
    kind: 'verification',
    title: 'Content does not match its address',
    example: { cid: EXAMPLE_CID, reason: 'its bytes have another hash' },
    what: (p) => `Block ${p.cid} is not what its address promises: ${p.reason}.`,
    why: 'The bytes changed on disk or on the way, or the node lies. Nothing of it was used.',
    fix: 'Get the content from another node. On a devnet of your own, publish it again from the original files: that mends the blocks that were found to be damaged.',
  }),
  CONTENT_TOO_LARGE: row<{ what: string; size: number; limit: number }>({
    code: 'SAH-4006',
    kind: 'failed',
    title: 'Content is larger than allowed',
    example: { what: 'sahara.json', size: 20_000_000, limit: 16_777_216 },
    what: (p) => `${p.what} has at least ${p.size} bytes; at most ${p.limit} are accepted here.`,
    why: 'A limit protects disk and memory against content that unfolds to far more than expected.',
    fix: 'If you trust the content, fetch it by a script that raises the limit (maxBytes).',
  }),
  CONTENT_UNSAFE: row<{ cid: string; reason: string }>({
    code: 'SAH-4007',
    kind: 'verification',
    title: 'Content that would do harm when written to disk',
    example: { cid: EXAMPLE_CID, reason: 'it holds a file called "../evil"' },
    what: (p) => `${p.cid} was not written: ${p.reason}.`,
    why: 'Its structure is hostile or broken: a name that leaves the folder, endless depth, or a kind that has no place in a release.',
    fix: 'Do not use this content; tell its publisher.',
  }),
  CONTENT_CID_INVALID: row<{ cid: string; reason: string }>({
    code: 'SAH-4008',
    kind: 'usage',
    title: 'Not a usable content address',
    example: { cid: 'bafybeig', reason: 'it is cut short' },
    what: (p) => `"${p.cid}" is not a usable content address: ${p.reason}.`,
    why: 'An address (CID) follows from the content: that of a folder begins with "bafybei", that of a small file with "bafkrei". It is no name and no path on disk.',
    fix: 'Check it for missing or changed characters. "sahara content hash" tells the address of what is on disk, "sahara content ls" those in the content node; "sahara asset get" takes the name of an asset.',
  }),
  CONTENT_NOT_A_FILE: row<{ cid: string; path: string }>({
    code: 'SAH-4009',
    kind: 'usage',
    title: 'Not a file',
    example: { cid: EXAMPLE_CID, path: 'data' },
    what: (p) => `${p.cid}${p.path ? `/${p.path}` : ''} is a folder, not a file.`,
    why: 'Only a file has bytes to read.',
    fix: 'Name a file inside the folder; content get takes a whole folder out, and content add one in.',
  }),
  CONTENT_NOT_A_FOLDER: row<{ path: string }>({
    code: 'SAH-4010',
    kind: 'usage',
    title: 'Not a folder',
    example: { path: 'penguins/content' },
    what: (p) => `${p.path} is not a folder.`,
    why: 'A folder was expected here.',
    fix: 'Name a folder.',
  }),
  CONTENT_PATH_MISSING: row<{ path: string }>({
    code: 'SAH-4063',
    kind: 'not-found',
    title: 'There is no such file or folder',
    example: { path: 'penguins/data.csv' },
    what: (p) => `There is no file or folder ${p.path}.`,
    why: 'The path is misspelt, or what it named was moved or not made yet.',
    fix: 'Correct the path; a relative one counts from the current folder.',
  }),
  CONTENT_FOLDER_MISSING: row<{ path: string }>({
    code: 'SAH-4020',
    kind: 'not-found',
    title: 'The folder does not exist',
    example: { path: 'penguins/content' },
    what: (p) => `There is no folder ${p.path}.`,
    why: 'The path is misspelt, or the folder was moved or not made yet.',
    fix: 'Make the folder, or correct what names it (content in sahara.yaml).',
  }),
  CONTENT_FOLDER_EMPTY: row<{ path: string; hidden: number }>({
    code: 'SAH-4021',
    kind: 'usage',
    title: 'There is nothing to publish in the folder',
    example: { path: 'penguins/content', hidden: 1 },
    what: (p) =>
      `${p.path} holds no files${p.hidden > 0 ? ` besides ${p.hidden} hidden ones, which are left out` : ''}.`,
    why: 'A release needs at least one file; hidden files (names that begin with a dot) are never part of it.',
    fix: 'Put the files in the folder and try again.',
  }),
  CONTENT_SYMLINK: row<{ path: string }>({
    code: 'SAH-4022',
    kind: 'usage',
    title: 'A release cannot hold a symbolic link',
    example: { path: 'penguins/content/latest.csv' },
    what: (p) => `${p.path} is a symbolic link.`,
    why: 'What a link points to can change or lie outside of the folder, and OpenSSF model signing refuses links.',
    fix: 'Replace the link with the file it points to, or take it out of the folder.',
  }),
  CONTENT_NOT_REGULAR: row<{ path: string; type: string }>({
    code: 'SAH-4023',
    kind: 'usage',
    title: 'Neither a file nor a folder',
    example: { path: 'penguins/content/queue', type: 'named pipe' },
    what: (p) => `${p.path} is a ${p.type}.`,
    why: 'Only regular files and folders have content that can be addressed.',
    fix: 'Take it out of the folder.',
  }),
  CONTENT_UNREADABLE: row<{ path: string; reason: string }>({
    code: 'SAH-4024',
    kind: 'denied',
    title: 'A file cannot be read',
    example: { path: 'penguins/content/data.csv', reason: 'EACCES' },
    what: (p) => `${p.path} cannot be read: ${p.reason}.`,
    why: 'Its permissions do not allow it, it vanished, or the disk failed.',
    fix: 'Give yourself read permission (chmod u+r, of a folder u+rx), or take it out of the folder.',
  }),
  CONTENT_NAME_BAD: row<{ path: string; reason: string }>({
    code: 'SAH-4025',
    kind: 'usage',
    title: 'A file name that not every system can hold',
    example: { path: 'data\\2024.csv', reason: 'it has a backslash' },
    what: (p) => `${JSON.stringify(p.path)} cannot be in a release: ${p.reason}.`,
    why: 'Such a name would mean something else, or nothing, on the machine of whoever fetches the release.',
    fix: 'Rename the file.',
  }),
  CONTENT_NAME_COLLISION: row<{ path: string; other: string }>({
    code: 'SAH-4026',
    kind: 'usage',
    title: 'Two names that are one on some systems',
    example: { path: 'Data.csv', other: 'data.csv' },
    what: (p) =>
      `${JSON.stringify(p.path)} and ${JSON.stringify(p.other)} are the same name on some systems.`,
    why: 'macOS and Windows do not tell upper from lower case, or two Unicode spellings of one letter, apart.',
    fix: 'Rename one of the two.',
  }),
  CONTENT_FILE_CHANGED: row<{ path: string }>({
    code: 'SAH-4027',
    kind: 'conflict',
    title: 'A file changed while it was being read',
    example: { path: 'penguins/content/data.csv' },
    what: (p) => `${p.path} changed while it was being read.`,
    why: 'Another program writes to it; its address would belong to no state that the file ever had.',
    fix: 'Wait until the other program is done, and run the command again.',
    retryable: true,
  }),
  CONTENT_DESTINATION_EXISTS: row<{ path: string }>({
    code: 'SAH-4030',
    kind: 'conflict',
    title: 'The destination exists already',
    example: { path: '/home/me/penguins' },
    what: (p) => `${p.path} exists already; nothing was overwritten.`,
    why: 'What is fetched goes to a new place, so that old and new never mix.',
    fix: 'Name a destination that is not there yet (in a folder that exists, what to make in it), or remove the old one. An archive is replaced with --force.',
  }),
  CONTENT_WRITE_FAILED: row<{ path: string; reason: string }>({
    code: 'SAH-4031',
    kind: 'failed',
    title: 'Content cannot be written',
    example: { path: '/home/me/penguins', reason: 'ENOSPC' },
    what: (p) => `${p.path} cannot be written: ${p.reason}.`,
    why: 'The disk is full, the permissions do not allow it, or a folder stands where a file is to be.',
    fix: 'Make room, give yourself write permission (chmod u+w), or choose another destination; nothing half-written was left behind.',
  }),
  CONTENT_PATH_INVALID: row<{ path: string; reason: string }>({
    code: 'SAH-4067',
    kind: 'usage',
    title: 'Not a usable path in content',
    example: { path: `${EXAMPLE_CID}/../keys`, reason: 'content has no "." and ".."' },
    what: (p) => `${JSON.stringify(p.path)} is no path in content: ${p.reason}.`,
    why: 'A path begins at an address and leads down by names, as in CID/data/train.csv; there is no way up.',
    fix: 'Write the address and the names below it, with slashes between.',
  }),
  CONTENT_REGISTERED: row<{
    cid: string;
    version: string;
    part: string;
    /** What was to be unpinned, where that is something which holds it. */
    through: string | null;
    /** So many more versions lose something. */
    others: number;
    remote: string | null;
  }>({
    code: 'SAH-4068',
    kind: 'conflict',
    title: 'A registered asset needs this content',
    example: {
      cid: EXAMPLE_CID,
      version: 'curator/penguins@1',
      part: 'release',
      through: null,
      others: 0,
      remote: null,
    },
    what: (p) =>
      `${p.cid} is the ${p.part} of ${p.version}, which is registered on the chain${p.through === null ? '' : `; only the pin of ${p.through} keeps it`}${p.others === 0 ? '' : `. So it is with ${p.others} more`}.`,
    why: 'Without its pin the next garbage collection takes it, and whoever bought the asset can no longer get it.',
    fix: 'Leave it pinned, or give it a pin of its own. If another node keeps it, add --force.',
    next: (p) => [
      {
        command: `sahara content pin ${p.cid}${onRemote(p.remote)}`,
        when: 'to keep it, where it has no pin',
      },
      { command: `sahara asset show ${p.version}`, when: 'to see what it belongs to' },
    ],
  }),
  CONTENT_REPO_LOCKED: row<{ path: string; pid: number }>({
    code: 'SAH-4040',
    kind: 'conflict',
    title: 'The content store is in use',
    example: { path: '.sahara/devnet/default/content', pid: 4711 },
    what: (p) => `The content store ${p.path} is open in process ${p.pid}.`,
    why: 'One process at a time may write to a store; two would damage it.',
    fix: 'Stop the other node first.',
    next: () => [{ command: 'sahara devnet stop', when: 'to stop the devnet that uses it' }],
  }),
  CONTENT_CAR_INVALID: row<{ reason: string }>({
    code: 'SAH-4041',
    kind: 'verification',
    title: 'Not a usable CAR',
    example: { reason: 'it ends in the middle of a block' },
    what: (p) => `The CAR cannot be used: ${p.reason}.`,
    why: 'The file is no CAR, or it is truncated, damaged, or was not made by a careful tool.',
    fix: 'Make or download the CAR again. A file of any other kind is added with content add.',
  }),
  KUBO_PLATFORM: row<{ platform: string }>({
    code: 'SAH-4073',
    kind: 'failed',
    title: 'No Kubo to install on this machine',
    example: { platform: 'win32-x64' },
    what: (p) => `There is no Kubo that could be installed on ${p.platform}.`,
    why: 'Kubo is published for other systems, or only in a form that is not unpacked here (zip, on Windows).',
    fix: 'Install Kubo by hand and let KUBO_BINARY name its program, or use the embedded content node.',
    next: () => [
      {
        command: 'SAHARA_CONTENT_NODE=embedded sahara devnet start',
        when: 'to use the embedded content node',
      },
    ],
  }),
  KUBO_UNREACHABLE: row<{ url: string; reason: string }>({
    code: 'SAH-4074',
    kind: 'unavailable',
    title: 'Kubo cannot be downloaded',
    example: {
      url: 'https://dist.ipfs.tech/kubo/v0.43.1/kubo_v0.43.1_linux-amd64.tar.gz',
      reason: 'its name cannot be resolved',
    },
    what: (p) => `${p.url} cannot be downloaded: ${p.reason}.`,
    why: 'The network, a proxy or the server does not answer, or not for long enough.',
    fix: 'Run the command again: it goes on where it stopped. Or name a copy of the distribution with --mirror.',
    next: () => [
      {
        command: 'SAHARA_CONTENT_NODE=embedded sahara devnet start',
        when: 'to do without Kubo, with the embedded content node',
      },
    ],
    retryable: true,
  }),
  KUBO_NOT_PUBLISHED: row<{ url: string }>({
    code: 'SAH-4075',
    kind: 'not-found',
    title: 'This version of Kubo is not published',
    example: { url: 'https://dist.ipfs.tech/kubo/v0.0.1/kubo_v0.0.1_linux-amd64.tar.gz' },
    what: (p) => `There is no ${p.url}.`,
    why: 'There is no such version, or not for this machine.',
    fix: 'Leave out --version, or name one that is published.',
    next: () => [{ command: 'sahara ipfs install --dry-run', when: 'to see which version is the usual one' }],
  }),
  KUBO_CHECKSUM: row<{ url: string; reason: string }>({
    code: 'SAH-4076',
    kind: 'verification',
    title: 'The download is not what its publisher promised',
    example: {
      url: 'https://dist.ipfs.tech/kubo/v0.43.1/kubo_v0.43.1_linux-amd64.tar.gz',
      reason: 'its sha512 is 00…',
    },
    what: (p) => `${p.url} was not installed: ${p.reason}.`,
    why: 'It was damaged on the way, or somebody changed it.',
    fix: 'Run the command again. When it stays so, do not use this source.',
  }),
  KUBO_ARCHIVE: row<{ url: string; reason: string }>({
    code: 'SAH-4077',
    kind: 'verification',
    title: 'The archive of Kubo cannot be used',
    example: {
      url: 'https://dist.ipfs.tech/kubo/v0.43.1/kubo_v0.43.1_linux-amd64.tar.gz',
      reason: 'kubo/ipfs is not in it',
    },
    what: (p) => `${p.url} was not installed: ${p.reason}.`,
    why: 'It is what its publisher promised, and no archive with a program in it.',
    fix: 'Name another version with --version, or another source with --mirror.',
  }),
};

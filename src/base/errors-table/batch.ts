import { row } from '../error-types.ts';

/** SAH-11xx: files of operations. */
export const batchErrors = {
  BATCH_INVALID: row<{ file: string; problems: { line: number; reason: string }[] }>({
    code: 'SAH-1101',
    kind: 'usage',
    title: 'The file of operations cannot be used',
    example: {
      file: 'payments.ndjson',
      problems: [
        { line: 2, reason: 'revenue.pay needs "amount" (amount of SAHARA)' },
        { line: 7, reason: '"revenue.pya" is no operation; did you mean "revenue.pay"?' },
      ],
    },
    what: (p) => {
      const said = p.problems.slice(0, 20).map(({ line, reason }) => `line ${line}: ${reason}`);
      const more = p.problems.length - said.length;
      return `${p.file}: ${said.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
    },
    why: 'Each line is one JSON object with an "op" and the fields of that operation. All lines are checked before anything is sent, so nothing was.',
    fix: 'Correct the lines named and run the command again.',
    next: () => [{ command: 'sahara batch --help', when: 'to see the operations and their fields' }],
  }),
  BATCH_FILE_MISSING: row<{ file: string; reason: string }>({
    code: 'SAH-1102',
    kind: 'not-found',
    title: 'The file of operations cannot be read',
    example: { file: 'payments.ndjson', reason: 'ENOENT' },
    what: (p) => `${p.file} cannot be read: ${p.reason}.`,
    why: 'There is no such file, it is a folder, or it is not yours to read.',
    fix: 'Check the path; "-" reads from standard input.',
  }),
  BATCH_ID_REUSED: row<{ id: string; line: number; earlier: string }>({
    code: 'SAH-1103',
    kind: 'conflict',
    title: 'An id was used for another operation',
    example: { id: 'invoice-17', line: 3, earlier: 'revenue.pay' },
    what: (p) => `Line ${p.line} has the id "${p.id}", under which ${p.earlier} was done earlier.`,
    why: 'An id stands for one operation for ever: whatever was done under it is not done again, so another operation under the same id would silently be left out.',
    fix: 'Give the line an id of its own.',
  }),
  BATCH_BUSY: row<{ pid: number }>({
    code: 'SAH-1104',
    kind: 'conflict',
    title: 'Another batch is running in this project',
    example: { pid: 4711 },
    what: (p) => `Process ${p.pid} is working on a batch of this project.`,
    why: 'Two at once could do the same operation twice.',
    fix: 'Wait until it is done, and run the command again.',
    retryable: true,
  }),
  BATCH_UNSUPPORTED: row<{ url: string; reason: string }>({
    code: 'SAH-1105',
    kind: 'failed',
    title: 'The chain cannot take a batch',
    example: {
      url: 'http://127.0.0.1:8545',
      reason: 'it has no BatchExecutor at 0xACe4043f2528b930138F554D7B26091A6974284f',
    },
    what: (p) => `The chain at ${p.url} cannot take a batch: ${p.reason}.`,
    why: 'A batch is made by an account that delegates to the BatchExecutor contract (EIP-7702). A devnet that was made by an older version of the toolkit does not have it.',
    fix: 'Use a devnet that was made by this version.',
    next: () => [{ command: 'sahara devnet reset', when: 'to begin with an empty chain' }],
  }),
  BATCH_JOURNAL_UNREADABLE: row<{ path: string; reason: string }>({
    code: 'SAH-1106',
    kind: 'failed',
    title: 'What a batch has done so far cannot be read',
    example: {
      path: '.sahara/batch/31337-bd11313c056413fb-60cc907f3de80a0f3464aaccde8d4272.ndjson',
      reason: 'EACCES',
    },
    what: (p) => `${p.path} cannot be read: ${p.reason}.`,
    why: 'The file tells which operations were sent. Going on without it could do them twice.',
    fix: 'Make it readable, or restore it. Remove it only if everything in the file is to be done again.',
  }),
};

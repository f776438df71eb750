import { Args } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';

type Data = {
  /** Of the file itself. */
  cid: string;
  /** Below the address that was given; empty where that was the file's own. */
  path: string;
  /** Bytes. */
  size: number;
  /** Of the file's bytes: 64 hexadecimal digits. */
  sha256: string;
  /** The file, where it is UTF-8 and has at most 65536 bytes; else null. */
  text: string | null;
};

/** More than this is no text to put into an envelope. Bytes. */
const MAX_TEXT = 65_536;

export default class ContentCat extends SaharaCommand<typeof ContentCat, Data> {
  static override summary = 'Print a file by its address, every block checked.';
  static override description =
    'The bytes go to stdout as they are, whatever they are; on a terminal control characters are made visible. With --json or --fields: what the file is, and its text where it is short.';
  static override examples = [
    '<%= config.bin %> content cat bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354/README.md',
    '<%= config.bin %> content cat bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354/data.csv | head -n 3',
  ];
  static override args = {
    content: Args.string({
      description: 'The address of a file, or an address and a path in it.',
      required: true,
    }),
  };
  static override flags = { ...remoteFlag };

  override async execute({
    args,
    flags,
    session,
    signal,
    output,
  }: Invocation<typeof ContentCat>): Promise<Outcome<Data>> {
    const [{ openContentFile }, { digested, visibly }, { writeBytes }, { isTerminal }] = await Promise.all([
      import('../../content/index.ts'),
      import('../../cli/content-bytes.ts'),
      import('../../cli/streams.ts'),
      import('../../cli/ui/terminal.ts'),
    ]);
    const { chunks, ...file } = await openContentFile(await session.content(flags.remote), args.content, {
      signal,
    });
    if (output.format === 'text' && !output.fields) {
      await writeBytes(isTerminal('stdout') ? visibly(chunks) : chunks);
      return { data: { ...file, sha256: '', text: null }, text: '' };
    }
    return { data: { ...file, ...(await digested(chunks, MAX_TEXT)) }, text: '' };
  }
}

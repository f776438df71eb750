import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { SaharaError } from '../base/errors.ts';

/** The text of a file, or with "-" of standard input. @throws BATCH_FILE_MISSING */
export async function readInput(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new SaharaError('BATCH_FILE_MISSING', { file, reason }, { cause: error });
  }
}

import { SaharaError } from '../base/errors.ts';
import type { Validate } from './prompts.ts';

/** What is wrong with an answer, in the words of the error that a flag with this value would give. */
export async function problemWith(text: string, validate: Validate | undefined): Promise<string | undefined> {
  try {
    await validate?.(text);
    return undefined;
  } catch (error) {
    return error instanceof SaharaError ? `${error.message} ${error.why}` : String(error);
  }
}

/** The end of a question that nobody answered. */
export function unanswered(signal: AbortSignal, cause?: unknown): SaharaError<'INTERRUPTED'> {
  return new SaharaError(
    'INTERRUPTED',
    { signal: signal.aborted ? String(signal.reason) : 'SIGINT' },
    { cause },
  );
}

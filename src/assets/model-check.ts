import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';

/** Bytes. Opening a larger one takes seconds and several times its size in memory, too much for a warning. */
const LIMIT = 200_000_000;

/**
 * What is wrong with the ONNX model of a content folder, in a sentence; null when it can be run, and when there is not
 * exactly one .onnx file at the top: a model may be published in any format, and agents are then not run on it.
 */
export async function modelWarning(contentFolder: string): Promise<string | null> {
  const entries = await readdir(contentFolder, { withFileTypes: true }).catch(() => []);
  const [file, ...others] = entries.filter((e) => e.isFile() && /\.onnx$/i.test(e.name));
  if (!file || others.length > 0) return null;
  if ((await stat(join(contentFolder, file.name))).size > LIMIT) return null;
  const { openModel } = await import('../execution/index.ts');
  try {
    const model = await openModel(contentFolder);
    await model.close();
    return null;
  } catch (error) {
    if (error instanceof SaharaError) return `agents will not be able to run this model: ${error.message}`;
    throw error;
  }
}

import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import type { ContentAccess, ManageOptions } from './access.ts';
import { checkCar } from './car-check.ts';
import { foreseen } from './content.ts';
import { pinOf, unpinContent } from './pinning.ts';

export type Imported = {
  /** What the CAR says that it holds. */
  roots: {
    cid: string;
    /** Distinct blocks below it, itself included. */
    blocks: number;
    /** Whether the node keeps it. */
    pinned: boolean;
    /**
     * Bytes that went to the node; in a dry run what would go if it were the only root. Null in a dry run with a remote
     * that is no Kubo RPC, which decides by itself what to send.
     */
    sentBytes: number | null;
  }[];
  /** Distinct blocks in the file. */
  blocks: number;
  /** Of the file, bytes. */
  size: number;
};

/**
 * Checks a CAR on this side, and then sends what is below its roots. A CAR with anything wrong in it sends nothing.
 *
 * @param options.pin false leaves what was not pinned before to the next garbage collection
 * @throws CONTENT_NOT_A_FILE of a folder; as `checkCar`, CONTENT_UNAVAILABLE, CONTENT_TIMEOUT, CONTENT_REJECTED
 */
export async function importContent(
  access: ContentAccess,
  file: string,
  options: ManageOptions & { pin?: boolean; name?: string } = {},
): Promise<Imported> {
  const { signal, progress, dryRun = false, pin = true } = options;
  const isFolder = (await stat(file).catch(() => undefined))?.isDirectory() ?? false;
  if (isFolder) throw new SaharaError('CONTENT_NOT_A_FILE', { cid: file, path: '' });
  const car = await checkCar(file, options);
  const roots: Imported['roots'] = [];
  for (const root of car.roots) {
    const dag = car.dag(root);
    const facts = { cid: dag.root, blocks: dag.blockCount };
    const before = await pinOf(access, root, signal);
    if (before?.type === 'recursive') roots.push({ ...facts, pinned: true, sentBytes: 0 });
    else if (dryRun) roots.push({ ...facts, pinned: pin, sentBytes: await foreseen(access, dag, signal) });
    else {
      const { sentBytes } = await access.store.put(dag, {
        name: options.name ?? basename(file).replace(/\.car$/, ''),
        ...(signal ? { signal } : {}),
        ...(progress ? { progress } : {}),
        ...(options.logger ? { logger: options.logger } : {}),
      });
      // Pinned on the way, so that no collection in between could take half of it.
      if (!pin) await unpinContent(access, dag.root, options);
      roots.push({ ...facts, pinned: pin, sentBytes });
    }
  }
  return { roots, blocks: car.blocks, size: car.size };
}

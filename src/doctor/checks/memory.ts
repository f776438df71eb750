import { ok, type Run } from '../check.ts';
import { judgeMemory, size } from '../space.ts';

/** Memory that this process could have now, with the limits of a container. */
export const run: Run = () => {
  const free = process.availableMemory();
  const status = judgeMemory(free);
  if (status === 'ok') return ok(`${size(free)} of memory are free.`);
  return {
    status,
    says: `Only ${size(free)} of memory are free.`,
    detail: ['The devnet takes about 250 MB, training a model more. End something else first.'],
  };
};

import { post } from '../ask.ts';
import { ok, problem, type Run, skipped } from '../check.ts';
import { devnetOf } from '../shared.ts';

/** One small block, always the same, and its address (CIDv1, raw, sha2-256). */
export const BLOCK = 'sahara doctor\n';
export const BLOCK_CID = 'bafkreifp4g5ytkqlnzcmpxbakzyiv6n3zfxtszvovf2zol4uiajywb2ppe';

/** The devnet's content node answers, and gives back what it is given. */
export const run: Run = async (env) => {
  const status = await devnetOf(env);
  if (status.state !== 'running') return skipped('The devnet is not running.');
  const { kind, api } = status.live.content;
  const failed = (what: string) =>
    problem(`The devnet’s content node at ${api} ${what}.`, {
      remedy: [
        { command: 'sahara devnet logs', when: 'to see what it says' },
        {
          command: 'sahara devnet stop && sahara devnet start',
          when: 'to start it again; everything is kept',
        },
      ],
    });
  try {
    const asked = await post(`${api}/api/v0/version`, env.signal);
    const { Version } = (await asked.json()) as { Version?: string };
    // Somebody else's node is not written to.
    if (kind === 'external') return ok(`The content node, somebody else’s, answers (${Version}).`);
    const form = new FormData();
    form.append('data', new Blob([BLOCK]), 'block');
    const put = await post(`${api}/api/v0/block/put?pin=false&allow-big-block=false`, env.signal, form);
    const { Key } = (await put.json()) as { Key?: string };
    if (Key !== BLOCK_CID) return failed(`gives the block the address ${Key}, which is ${BLOCK_CID}`);
    const got = await (await post(`${api}/api/v0/block/get?arg=${BLOCK_CID}`, env.signal)).text();
    if (got !== BLOCK) return failed('does not give back the block that it was given');
    return ok(`The content node (${kind}, ${Version}) keeps a block and gives it back.`);
  } catch (error) {
    return failed(`does not answer: ${(error as Error).message}`);
  }
};

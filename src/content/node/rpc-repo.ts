import type { Handler } from './reply.ts';
import { flag } from './reply.ts';

export const repoStat: Handler = async (node) => {
  const { blocks, bytes } = node.store.stat();
  return {
    json: {
      NumObjects: blocks,
      RepoSize: bytes,
      RepoPath: node.dir,
      Version: 'sahara@1',
      // No limit of our own: what a 64-bit client reads as unlimited.
      StorageMax: Number.MAX_SAFE_INTEGER,
    },
  };
};

/**
 * `repo/gc`: a line for each block that is gone. With `silent` no lines; `quiet` is about Kubo's own output. With
 * `stream-errors` what went wrong is a line, too; else it fails the request, or cuts it off when lines were sent.
 */
export const repoGc: Handler = async (node, call) => {
  const silent = flag(call, 'silent', false);
  const streamErrors = flag(call, 'stream-errors', false);
  flag(call, 'quiet', false);
  return {
    lines: (async function* () {
      try {
        for await (const cid of node.keeper.collect(call.signal)) {
          if (!silent) yield { Key: { '/': cid.toString() } };
        }
      } catch (error) {
        if (!streamErrors) throw error;
        yield { Key: null, Error: (error as Error).message };
      }
    })(),
  };
};

/** `repo/verify`: reads every block and checks it against its address. Kubo's lines: a message, or how far it is. */
export const repoVerify: Handler = async (node, call) => ({
  lines: (async function* () {
    let done = 0;
    let bad = 0;
    for await (const { cid, sound } of node.store.verify()) {
      call.signal.throwIfAborted();
      done++;
      if (!sound) {
        bad++;
        yield {
          Msg: `block ${cid} was corrupt (block in storage has different hash than requested)`,
          Progress: 0,
        };
      }
      if (done % 100 === 0) yield { Msg: '', Progress: done };
    }
    if (bad > 0) yield { Msg: `verify complete, ${bad} blocks corrupt`, Progress: done };
    else yield { Msg: 'verify complete, all blocks validated.', Progress: done };
  })(),
});

import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { read, readAsset, readRelations } from '../chain/index.ts';
import type { SigningContext } from '../context/index.ts';
import { type AgentAnswer, runAgent } from '../execution/index.ts';
import { RELATIONS } from '../licensing/index.ts';
import { fetchContent } from './get.ts';
import { MANIFEST_FILE, readManifest } from './manifest.ts';
import { readLabelled } from './naming.ts';
import { type Parent, resolveParents } from './parents.ts';

export type Asked = {
  agent: string;
  model: string;
  question: string;
  answer: AgentAnswer;
  durationMs: number;
};

/**
 * Lets the agent of a folder answer one question with the published model that it uses.
 *
 * @throws NOT_AN_AGENT, MANIFEST_*, ASSET_UNKNOWN, RELATION_NOT_ALLOWED, AGENT_FAILED, AGENT_TIMEOUT
 */
export async function askAgent(
  context: SigningContext,
  dir: string,
  question: string,
  options: { onOutput?: (line: string) => void } = {},
): Promise<Asked> {
  const folder = resolve(dir);
  const manifest = await readManifest(folder);
  const path = join(folder, MANIFEST_FILE);
  if (manifest.kind !== 'agent' || !manifest.agent)
    throw new SaharaError('NOT_AN_AGENT', { path, kind: manifest.kind });
  const parents = await resolveParents(context, folder, manifest);
  const model = parents.find((p) => p.type === 'USES' && p.asset.kind === 'model');
  if (!model)
    throw new SaharaError('MANIFEST_INVALID', { path, problems: ['it has no relation USES to a model'] });
  await warnIfNewer(context, manifest.name, model);
  const { answer, durationMs } = await runAgent({
    dir: folder,
    script: manifest.agent.run,
    question,
    model: {
      asset: model.label,
      version: model.version.number,
      cid: model.cid,
      path: await fetchContent(context, model.version),
    },
    signal: context.signal,
    onOutput: options.onOutput,
  });
  return { agent: manifest.name, model: model.label, question, answer, durationMs };
}

/** The agent that is published may rest on an older version of the model than the one that answers here. */
async function warnIfNewer(context: SigningContext, name: string, model: Parent): Promise<void> {
  const { chain, signer, logger } = context;
  const id = await read(chain, 'AssetRegistry', 'assetOf', [signer.account.address, name]);
  if (id === 0n) return;
  const { currentVersion } = await readAsset(chain, id);
  const registered = (await readRelations(chain, currentVersion)).filter(
    (r) => r.relation === RELATIONS.USES.id,
  );
  const parents = await Promise.all(registered.map((r) => readLabelled(chain, r.parentVersion)));
  const other = parents.find((p) => p.asset.id === model.asset.id && p.version.id !== model.version.id);
  if (other)
    logger.warn(`${name} is published with ${other.label}; ${model.label} answers here, the current version`);
}

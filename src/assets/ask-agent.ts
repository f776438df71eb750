import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { SigningContext } from '../context/index.ts';
import { type AgentAnswer, runAgent } from '../execution/index.ts';
import { fetchContent } from './get.ts';
import { MANIFEST_FILE, readManifest } from './manifest.ts';
import { resolveParents } from './parents.ts';

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
export async function askAgent(context: SigningContext, dir: string, question: string): Promise<Asked> {
  const folder = resolve(dir);
  const manifest = await readManifest(folder);
  const path = join(folder, MANIFEST_FILE);
  if (manifest.kind !== 'agent' || !manifest.agent)
    throw new SaharaError('NOT_AN_AGENT', { path, kind: manifest.kind });
  const parents = await resolveParents(context, folder, manifest);
  const model = parents.find((p) => p.type === 'USES' && p.asset.kind === 'model');
  if (!model)
    throw new SaharaError('MANIFEST_INVALID', { path, problems: ['it has no relation USES to a model'] });
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
  });
  return { agent: manifest.name, model: model.label, question, answer, durationMs };
}

import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { foreseenError, parseReply } from './agent-reply.ts';
import type { AgentAnswer, AgentModel, AgentRequest } from './agent-types.ts';
import { type OutputHandler, RESULT_LIMIT, runChild } from './child.ts';
import { resolveScript } from './script-path.ts';
import { findToolkit, toolkitFolders } from './toolkit-hook.ts';

export type AgentOptions = {
  /** The folder that holds the agent. */
  dir: string;
  /** `agent.run` of the manifest, relative to `dir`. */
  script: string;
  question: string;
  model: AgentModel;
  signal?: AbortSignal | undefined;
  /** Milliseconds, 60,000 by default. */
  timeoutMs?: number | undefined;
  /** What the agent prints; its answer is not part of that. */
  onOutput?: OutputHandler | undefined;
};

export type AgentResult = { answer: AgentAnswer; durationMs: number };

const TIMEOUT_MS = 60_000;

/**
 * Lets an agent answer one question. An agent may be somebody else's code: it runs under Node's permission model and
 * can read its own folder, its model and the toolkit's libraries, and can neither write files nor start programs. (Node
 * has no such lock on the network.)
 *
 * @throws SCRIPT_MISSING, SCRIPT_UNUSABLE, AGENT_FAILED, AGENT_TIMEOUT, AGENT_ANSWER_INVALID, INTERRUPTED, and
 *   what {@link openModel} throws
 */
export async function runAgent(options: AgentOptions): Promise<AgentResult> {
  const { dir, path } = await resolveScript(options.dir, options.script);
  const modelFolder = await realpath(options.model.path).catch(() => {
    throw new SaharaError('MODEL_MISSING', {
      folder: options.model.path,
      reason: 'the folder does not exist',
    });
  });
  // Of a whole project the agent sees its content and libraries, not what else lies there, such as keys.
  const [top = '', ...rest] = relative(dir, path).split(sep);
  const own = rest.length > 0 ? [join(dir, top), join(dir, 'node_modules')] : [dir];
  const readable = [...own, modelFolder, ...toolkitFolders(findToolkit())];
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const request: AgentRequest = {
    script: path,
    question: options.question,
    model: { ...options.model, path: modelFolder },
  };
  const end = await runChild({
    nodeArgs: ['--permission', '--allow-worker', ...readable.map((folder) => `--allow-fs-read=${folder}`)],
    args: [
      '--input-type=module',
      '--eval',
      "import { serveAgent } from 'sahara-devkit/execution'; await serveAgent();",
    ],
    cwd: dirname(path),
    env: {},
    input: JSON.stringify(request),
    signal: options.signal,
    timeoutMs,
    onOutput: options.onOutput,
  });

  const { script } = options;
  const { lastLines } = end;
  if (end.timedOut) throw new SaharaError('AGENT_TIMEOUT', { script, seconds: timeoutMs / 1000, lastLines });
  if (end.result === null) {
    throw new SaharaError('AGENT_ANSWER_INVALID', {
      script,
      reason: `it is larger than ${RESULT_LIMIT} bytes`,
    });
  }
  const reply = parseReply(end.result);
  if (!reply) {
    const how = `${end.how} before it answered`;
    throw new SaharaError('AGENT_FAILED', { script, how, reason: end.reason, lastLines });
  }
  switch (reply.kind) {
    case 'answer':
      return { answer: reply.answer, durationMs: end.durationMs };
    case 'invalid':
      throw new SaharaError('AGENT_ANSWER_INVALID', { script, reason: reply.reason });
    case 'threw':
      throw new SaharaError('AGENT_FAILED', { script, how: 'threw', reason: reply.reason, lastLines });
    case 'foreseen':
      throw foreseenError(reply, script);
  }
}

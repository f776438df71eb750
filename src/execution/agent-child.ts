import { readFileSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { SaharaError } from '../base/errors.ts';
import type { AgentReply, AgentRequest, AgentTools } from './agent-types.ts';
import { RESULT_FD } from './child.ts';
import { openModel } from './onnx.ts';

/**
 * The other end of {@link runAgent}: reads the request from stdin, imports the agent, lets it answer, and writes
 * the reply to the result descriptor. Runs in the child only, and ends it.
 *
 * @internal
 */
export async function serveAgent(): Promise<never> {
  const reply = await replyTo(JSON.parse(readFileSync(0, 'utf8')) as AgentRequest);
  const bytes = Buffer.from(JSON.stringify(reply));
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(RESULT_FD, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
  // Timers or sockets that the agent left open must not keep a finished answer waiting.
  process.exit(0);
}

/** Lets the agent answer; whatever goes wrong with that is a reply too. */
export async function replyTo(request: AgentRequest): Promise<AgentReply> {
  try {
    return await answerRequest(request);
  } catch (error) {
    return error instanceof SaharaError
      ? { kind: 'foreseen', id: error.id, params: error.params }
      : { kind: 'threw', reason: describe(error) };
  }
}

async function answerRequest(request: AgentRequest): Promise<AgentReply> {
  const agent = (await import(pathToFileURL(request.script).href)) as { answer?: unknown };
  if (typeof agent.answer !== 'function') {
    return { kind: 'invalid', reason: 'it does not export a function called answer' };
  }
  const { path, ...version } = request.model;
  const model = await openModel(path);
  const tools: AgentTools = {
    model: { ...version, features: model.features, classes: model.classes, predict: model.predict },
  };
  const answer: unknown = await agent.answer(request.question, tools);
  if (typeof answer !== 'object' || answer === null || !('text' in answer)) {
    return { kind: 'invalid', reason: 'it returned no object with a text' };
  }
  if (typeof answer.text !== 'string' || answer.text.trim() === '') {
    return { kind: 'invalid', reason: 'the text is empty or no string' };
  }
  try {
    return { kind: 'answer', answer: JSON.parse(JSON.stringify(answer)) };
  } catch (error) {
    return { kind: 'invalid', reason: `it is not JSON (${describe(error)})` };
  }
}

function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split('\n', 1)[0] ?? '';
}

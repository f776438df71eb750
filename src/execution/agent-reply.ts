import { ERRORS, type ErrorName, SaharaError } from '../base/errors.ts';
import type { AgentReply } from './agent-types.ts';

/** The reply comes from a process that ran somebody else's code, so its form is checked, not believed. */
export function parseReply(text: string): AgentReply | null {
  let reply: Partial<Record<'kind' | 'answer' | 'reason' | 'id', unknown>> | null;
  try {
    reply = JSON.parse(text);
  } catch {
    return null;
  }
  const { kind, answer, reason, id } = reply ?? {};
  const said = (answer as { text?: unknown } | null | undefined)?.text;
  const fits =
    (kind === 'answer' && typeof said === 'string') ||
    ((kind === 'invalid' || kind === 'threw') && typeof reason === 'string') ||
    (kind === 'foreseen' && typeof id === 'string');
  return fits ? (reply as AgentReply) : null;
}

/** The error that the child foresaw, made again. */
export function foreseenError(reply: { id: string; params: unknown }, script: string): SaharaError {
  try {
    if (Object.hasOwn(ERRORS, reply.id)) return new SaharaError(reply.id as ErrorName, reply.params as never);
  } catch {
    // The reply comes from a process that runs somebody else's code: its particulars may be anything.
  }
  return new SaharaError('AGENT_FAILED', { script, how: 'threw', reason: reply.id, lastLines: [] });
}

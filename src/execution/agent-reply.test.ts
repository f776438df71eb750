import { describe, expect, it } from 'vitest';
import { foreseenError, parseReply } from './agent-reply.ts';

describe('parseReply', () => {
  it.each([
    '',
    'null',
    '7',
    '[]',
    '{"kind":"other"}',
    '{"kind":"answer"}',
    '{"kind":"answer","answer":null}',
    '{"kind":"answer","answer":{"text":5}}',
    '{"kind":"invalid"}',
    '{"kind":"threw","reason":{}}',
    '{"kind":"foreseen"}',
    '{"kind":"answer","answer":{"text":"a"}}{}',
  ])('trusts nothing of another form: %s', (text) => {
    expect(parseReply(text)).toBeNull();
  });

  it('takes an answer with whatever else it holds', () => {
    const reply = { kind: 'answer', answer: { text: 'a', more: [1, null] } };
    expect(parseReply(JSON.stringify(reply))).toEqual(reply);
  });
});

describe('foreseenError', () => {
  it('is the error of the table again', () => {
    const params = { folder: '/x', reason: 'y' };
    expect(foreseenError({ id: 'MODEL_MISSING', params }, 'a.ts')).toMatchObject({
      id: 'MODEL_MISSING',
      params,
    });
  });

  it.each([
    ['FEATURES_MISMATCH', null],
    ['FEATURES_MISMATCH', { wanted: 5 }],
    ['toString', {}],
    ['constructor', {}],
    ['', undefined],
  ])('is the failure of the agent when %s with %j is no such thing', (id, params) => {
    expect(foreseenError({ id, params }, 'a.ts')).toMatchObject({ id: 'AGENT_FAILED' });
  });
});

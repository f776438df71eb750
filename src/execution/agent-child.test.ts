import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replyTo } from './agent-child.ts';
import { writeModel } from './fixture-models.test-helper.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sahara-agent-child-'));
  await writeModel(join(dir, 'model.onnx'), {});
});
afterAll(() => rm(dir, { recursive: true, force: true }));

let count = 0;
async function reply(code: string) {
  const script = join(dir, `agent-${count++}.mjs`);
  await writeFile(script, code);
  return replyTo({ script, question: 'q', model: { asset: 'm', version: 1, cid: 'bafy', path: dir } });
}

it('replies with the answer as plain JSON', async () => {
  const code = 'export const answer = async (text) => ({ text, when: new Date(0), none: undefined })';
  expect(await reply(code)).toEqual({
    kind: 'answer',
    answer: { text: 'q', when: '1970-01-01T00:00:00.000Z' },
  });
});

it.each([
  ['nothing exported', '', 'function called answer'],
  ['something else exported', 'export const answer = 5', 'function called answer'],
  ['a string', 'export const answer = () => "hi"', 'no object with a text'],
  ['nothing returned', 'export const answer = () => {}', 'no object with a text'],
  ['an empty text', 'export const answer = () => ({ text: " " })', 'text is empty'],
  ['a text that is no string', 'export const answer = () => ({ text: 5 })', 'text is empty or no string'],
  ['no JSON', 'export const answer = () => ({ text: "a", n: 1n })', 'not JSON'],
  ['a circle', 'export const answer = () => { const a = { text: "a" }; a.a = a; return a; }', 'not JSON'],
])('replies that the answer is invalid: %s', async (_what, code, reason) => {
  expect(await reply(code)).toEqual({ kind: 'invalid', reason: expect.stringContaining(reason) });
});

it.each([
  ['an error', 'throw new RangeError("far\\naway")', 'RangeError: far'],
  ['a string', 'throw "far"', 'far'],
  ['nothing', 'throw undefined', 'undefined'],
])('replies what was thrown: %s', async (_what, code, reason) => {
  expect(await reply(`export const answer = () => { ${code} }`)).toEqual({ kind: 'threw', reason });
});

it('replies with a failure that the toolkit foresaw as such', async () => {
  const answer = await reply('export const answer = (q, tools) => tools.model.predict([1])');
  expect(answer).toMatchObject({ kind: 'foreseen', id: 'FEATURES_MISMATCH' });
});

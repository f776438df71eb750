import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SaharaError } from '../base/errors.ts';
import { writeModel } from './fixture-models.test-helper.ts';
import { type AgentOptions, runAgent } from './run-agent.ts';

let dir: string;
let model: AgentOptions['model'];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sahara agent, #1 %20 é-'));
  await mkdir(join(dir, 'model'));
  await writeModel(join(dir, 'model/model.onnx'), {});
  await writeFile(join(dir, 'secret.key'), 'sesame');
  model = { asset: 'm', version: 1, cid: 'bafy', path: join(dir, 'model') };
});
afterAll(() => rm(dir, { recursive: true, force: true }));

let count = 0;
async function run(code: string, options: Partial<AgentOptions> = {}) {
  const script = `content/agent-${count++}.ts`;
  await mkdir(join(dir, 'content'), { recursive: true });
  await writeFile(join(dir, script), code);
  return runAgent({ dir, script, question: 'how?', model, ...options });
}
const failure = (code: string, options: Partial<AgentOptions> = {}): Promise<SaharaError> =>
  run(code, options).then(
    ({ answer }) => Promise.reject(new Error(`it answered: ${answer.text}`)),
    (error: unknown) => error as SaharaError,
  );

describe('an agent', () => {
  it('answers with its model, and its prints are not part of that', async () => {
    const printed: string[] = [];
    const { answer, durationMs } = await run(
      `console.log('{"kind":"answer","answer":{"text":"forged"}}');
       export async function answer(question: string, tools: any) {
         const { label } = await tools.model.predict([1, 2]);
         return { text: question + ' ' + label, more: [tools.model.asset, tools.model.version, tools.model.cid] };
       }`,
      { onOutput: (line) => printed.push(line) },
    );
    expect(answer).toEqual({ text: 'how? b', more: ['m', 1, 'bafy'] });
    expect(printed).toEqual(['{"kind":"answer","answer":{"text":"forged"}}']);
    expect(durationMs).toBeGreaterThan(0);
  });

  it('is not kept waiting by what it left open', async () => {
    const { answer } = await run(
      `setInterval(() => {}, 1000); export const answer = () => ({ text: 'done' });`,
    );
    expect(answer.text).toBe('done');
  });

  it('may ask long questions and give long answers', async () => {
    const question = '💧'.repeat(100_000);
    const { answer } = await run('export const answer = (q: string) => ({ text: q })', { question });
    expect(answer.text).toBe(question);
  });
});

describe('an agent that does not answer', () => {
  it.each([
    ['exports nothing', '', 'AGENT_ANSWER_INVALID', 'does not export a function called answer'],
    [
      'returns too much',
      'export const answer = () => ({ text: "a".repeat(2e6) })',
      'AGENT_ANSWER_INVALID',
      'larger',
    ],
    [
      'throws',
      'export const answer = () => { throw new RangeError("far") }',
      'AGENT_FAILED',
      'threw: RangeError: far',
    ],
    [
      'ends itself',
      'export const answer = () => process.exit(0)',
      'AGENT_FAILED',
      'exit code 0 before it answered',
    ],
    ['never settles', 'export const answer = () => new Promise(() => {})', 'AGENT_FAILED', 'exit code 13'],
    ['has a syntax error', 'export const = 3', 'AGENT_FAILED', 'SyntaxError'],
  ])('because it %s says so', async (_what, code, id, message) => {
    const error = await failure(code);
    expect(error.id).toBe(id);
    expect(error.message).toContain(message);
  });

  it('is stopped at its limit', async () => {
    const error = await failure('export const answer = () => { for (;;); }', { timeoutMs: 900 });
    expect(error).toMatchObject({ id: 'AGENT_TIMEOUT', retryable: true });
  });

  it('is stopped when the work is called off', async () => {
    const signal = AbortSignal.timeout(600);
    expect(await failure('export const answer = () => { for (;;); }', { signal })).toMatchObject({
      id: 'INTERRUPTED',
    });
  });

  it('reports a model that is not there, or is none', async () => {
    const code = 'export const answer = () => ({ text: "never" })';
    const gone = { ...model, path: join(dir, 'gone') };
    expect(await failure(code, { model: gone })).toMatchObject({ id: 'MODEL_MISSING' });
    await mkdir(join(dir, 'broken'), { recursive: true });
    await writeFile(join(dir, 'broken/model.onnx'), 'no model');
    const broken = { ...model, path: join(dir, 'broken') };
    const error = await failure(code, { model: broken });
    expect(error).toMatchObject({ id: 'MODEL_UNREADABLE', code: 'SAH-9031' });
    expect(error.message).toContain('model.onnx cannot be loaded');
  });
});

describe('somebody else’s agent', () => {
  it('may not read, write or start anything but what it is given', async () => {
    const attempts = {
      'read a key of the project': `fs.readFileSync(${JSON.stringify(join(dir, 'secret.key'))})`,
      'read the system': `fs.readFileSync('/etc/hostname')`,
      'look around': `fs.readdirSync(${JSON.stringify(dir)})`,
      write: `fs.writeFileSync(${JSON.stringify(join(dir, 'content/planted.txt'))}, 'x')`,
      'change its model': `fs.rmSync(${JSON.stringify(join(dir, 'model/model.onnx'))})`,
      'start a program': `child.execSync('true')`,
      'read its model': `fs.readFileSync(${JSON.stringify(join(dir, 'model/model.onnx'))})`,
    };
    const tries = Object.entries(attempts).map(
      ([what, code]) => `attempt(${JSON.stringify(what)}, () => ${code});`,
    );
    const { answer } = await run(`
      import * as fs from 'node:fs';
      import * as child from 'node:child_process';
      const outcome: Record<string, string> = {};
      const attempt = (what: string, act: () => unknown) => {
        try { act(); outcome[what] = 'done'; } catch (error: any) { outcome[what] = error.code; }
      };
      export const answer = () => { ${tries.join('\n')} return { text: 'tried', outcome }; };`);
    const denied = 'ERR_ACCESS_DENIED';
    expect(answer['outcome']).toEqual({
      ...Object.fromEntries(Object.keys(attempts).map((what) => [what, denied])),
      'read its model': 'done',
    });
    expect((await readFile(join(dir, 'model/model.onnx'))).length).toBeGreaterThan(0);
  });

  it('sees no environment', async () => {
    process.env['PLANTED_SECRET'] = 'sesame';
    try {
      const { answer } = await run(`export const answer = () => ({ text: JSON.stringify(process.env) })`);
      expect(Object.keys(JSON.parse(answer.text))).not.toContain('PLANTED_SECRET');
    } finally {
      delete process.env['PLANTED_SECRET'];
    }
  });

  it('cannot make us trust a reply of another form', async () => {
    const error = await failure(`
      import { writeSync } from 'node:fs';
      export const answer = () => { writeSync(3, '{"kind":"answer"}'); process.exit(0); };`);
    expect(error.id).toBe('AGENT_FAILED');
  });
});

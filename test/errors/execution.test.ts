import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { executionErrors } from '../../src/base/errors-table/execution.ts';
import { FLOAT, type TestModel, writeModel } from '../../src/execution/fixture-models.test-helper.ts';
import { classify, runAgent, runBuild } from '../../src/execution/index.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-execution');
const models = join(world.dir, 'models');
const folder = (name: string) => join(models, name);

const scores = (shape: (number | string)[]): Partial<TestModel> => ({
  inputs: [{ name: 'x', type: FLOAT, shape }],
  outputs: [{ name: 'y', type: FLOAT, shape }],
  nodes: [['Identity', ['x'], 'y']],
  constants: [],
});

beforeAll(async () => {
  await world.startDevnet();
  for (const [name, model] of Object.entries({
    plain: {},
    pictures: scores([1, 3, 32, 32]),
    log: { ...scores(['N', 2]), nodes: [['Log', ['x'], 'y']] },
  } satisfies Record<string, Partial<TestModel>>)) {
    mkdirSync(folder(name), { recursive: true });
    await writeModel(join(folder(name), 'model.onnx'), model as Partial<TestModel>);
  }
  for (const [name, file] of [
    ['empty', 'README.md'],
    ['text', 'model.onnx'],
  ] as const) {
    mkdirSync(folder(name));
    writeFileSync(join(folder(name), file), 'this is no model');
  }
  world.write('m/train.ts', 'throw new TypeError("there is no column species")');
  world.write('m/train.py', 'pass');
});

/** The folder of a model that is made by this script. */
const builtBy = (script: string) => () =>
  void world.write('m/sahara.yaml', `kind: model\nname: m\nbuild: {run: ${script}}\n`);

/** An agent of somebody's, asked by the function that `agent run` calls when it has fetched the model. */
async function ask(code: string, timeoutMs = 20_000): Promise<unknown> {
  world.write('agent/agent.ts', code);
  return runAgent({
    dir: join(world.project, 'agent'),
    script: 'agent.ts',
    question: 'how?',
    model: { asset: 'm', version: 1, cid: 'bafy', path: folder('plain') },
    timeoutMs,
  });
}

provokeEach(world, executionErrors, {
  SCRIPT_MISSING: { run: ['build', 'm'], given: builtBy('trian.ts'), says: /"trian\.ts".*"train\.(ts|py)"/ },
  SCRIPT_UNUSABLE: { run: ['build', 'm'], given: builtBy('train.py'), says: /"train\.py"/ },
  BUILD_FAILED: { run: ['build', 'm'], given: builtBy('train.ts'), says: /there is no column species/ },
  // `sahara build` sets no limit; a script may.
  BUILD_TIMEOUT: {
    call: () => {
      world.write('slow/slow.ts', 'setInterval(() => {}, 1000)');
      return runBuild({ dir: join(world.project, 'slow'), script: 'slow.ts', name: 'slow', timeoutMs: 300 });
    },
    says: /0\.3 s/,
  },
  AGENT_FAILED: {
    call: () => ask('export const answer = () => { throw new RangeError("far") }'),
    says: /RangeError: far/,
  },
  AGENT_TIMEOUT: {
    call: () => ask('export const answer = () => new Promise(() => setInterval(() => {}, 1000))', 1500),
  },
  AGENT_ANSWER_INVALID: { call: () => ask('export const reply = 1'), says: /function called answer/ },
  MODEL_MISSING: { call: () => classify(folder('empty'), [[1, 2]]), says: /holds no \.onnx file/ },
  MODEL_UNREADABLE: { call: () => classify(folder('text'), [[1, 2]]), says: /model\.onnx/ },
  MODEL_FORM_UNSUPPORTED: { call: () => classify(folder('pictures'), [[1]]), says: /input/ },
  MODEL_LABELS_INVALID: {
    call: async () => {
      const labels = join(folder('plain'), 'labels.json');
      writeFileSync(labels, '{"classes": ["a", "b", "c"]}');
      try {
        return await classify(folder('plain'), [[1, 2]]);
      } finally {
        rmSync(labels);
      }
    },
    says: /names 3 classes/,
  },
  FEATURES_MISMATCH: { call: () => classify(folder('plain'), [[1]]), says: /1 given where 2 are needed/ },
  MODEL_RUN_FAILED: { call: () => classify(folder('log'), [[-1, -1]]) },
} satisfies Record<keyof typeof executionErrors, Provocation>);

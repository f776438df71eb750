import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classify, openModel, runAgent } from '../../src/execution/index.ts';
import { CID, scaffold, temporary } from './scaffold.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const FEATURES = ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g'];
type Expected = { labels: string[]; probabilities: number[][] };
const expected: { rows: number[][]; forest: Expected; columns: Expected } = JSON.parse(
  await readFile(join(FIXTURES, 'expected.json'), 'utf8'),
);

async function published(fixture: string, name = 'model.onnx', labels?: unknown): Promise<string> {
  const folder = await temporary();
  await copyFile(join(FIXTURES, fixture), join(folder, name));
  if (labels !== undefined) await writeFile(join(folder, 'labels.json'), JSON.stringify(labels));
  return folder;
}

function agrees(ours: Awaited<ReturnType<typeof classify>>, theirs: Expected): void {
  expect(ours.map((p) => p.label)).toEqual(theirs.labels);
  for (const [i, { probabilities }] of ours.entries()) {
    for (const [c, p] of Object.values(probabilities ?? {}).entries()) {
      expect(p).toBeCloseTo(theirs.probabilities[i]?.[c] ?? Number.NaN, 5);
    }
  }
}

describe('a model from scikit-learn', () => {
  it('of trees, with string labels and without labels.json, answers as scikit-learn does', async () => {
    const folder = await published('forest.onnx', 'penguins.onnx');
    agrees(await classify(folder, expected.rows), expected.forest);
    const model = await openModel(folder);
    expect(model.features?.map((f) => f.name)).toEqual(['f1', 'f2', 'f3', 'f4']);
    await model.close();
  });

  it('with one input for each column is fed by name', async () => {
    const folder = await published('columns.onnx');
    agrees(await classify(folder, expected.rows), expected.columns);
    const named = expected.rows.map((row) =>
      Object.fromEntries(FEATURES.map((name, i) => [name, row[i] ?? 0]).reverse()),
    );
    agrees(await classify(folder, named), expected.columns);
  });

  it('has its integer labels named by labels.json', async () => {
    const folder = await published('columns.onnx', 'model.onnx', ['another', 'Gentoo']);
    const [first, , third] = await classify(folder, expected.rows);
    expect([first?.label, third?.label]).toEqual(['another', 'Gentoo']);
    expect(Object.keys(third?.probabilities ?? {})).toEqual(['another', 'Gentoo']);
  });

  it('with the default output of maps still gives its labels', async () => {
    const predictions = await classify(await published('forest-zipmap.onnx'), expected.rows);
    expect(predictions.map((p) => p.label)).toEqual(expected.forest.labels);
    expect(predictions[0]?.probabilities).toBeNull();
  });

  it('is run by the agent template once its features have names', async () => {
    const features = FEATURES.map((name) => ({ name, unit: name.split('_').at(-1) }));
    const path = await published('forest.onnx', 'model.onnx', {
      classes: ['Adelie', 'Chinstrap', 'Gentoo'],
      features,
    });
    const dir = await scaffold('agent', { name: 'expert', model: 'forest' });
    const { answer } = await runAgent({
      dir,
      script: 'content/agent.ts',
      question: 'bill 39.1 mm long and 18.7 mm deep, flipper 181 mm, 3750 g?',
      model: { asset: 'forest', version: 2, cid: CID, path },
    });
    expect(answer).toMatchObject({ label: 'Adelie', missing: [], model: { asset: 'forest', version: 2 } });
  });
});

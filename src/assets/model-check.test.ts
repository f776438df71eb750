import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { writeModel } from '../execution/fixture-models.test-helper.ts';
import { modelWarning } from './model-check.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-model-check-'));
afterAll(() => rmSync(base, { recursive: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(base, 'content-'));
});

test('a model that can be run is nothing to warn of', async () => {
  await writeModel(join(folder, 'mine.onnx'), {});
  expect(await modelWarning(folder)).toBeNull();
});

test('a damaged one is, by its name', async () => {
  writeFileSync(join(folder, 'model.onnx'), 'not a model');
  expect(await modelWarning(folder)).toMatch(/model\.onnx cannot be loaded as an ONNX model/);
});

test('one that labels.json does not fit is, too', async () => {
  await writeModel(join(folder, 'model.onnx'), {});
  writeFileSync(join(folder, 'labels.json'), '{"features": ["only one"]}');
  expect(await modelWarning(folder)).toMatch(/names 1 features, and the model takes 2/);
});

test('models of other formats, several, and none are left alone', async () => {
  expect(await modelWarning(join(folder, 'nowhere'))).toBeNull();
  writeFileSync(join(folder, 'model.gguf'), 'x');
  expect(await modelWarning(folder)).toBeNull();
  writeFileSync(join(folder, 'a.onnx'), 'x');
  writeFileSync(join(folder, 'b.onnx'), 'x');
  expect(await modelWarning(folder)).toBeNull();
});

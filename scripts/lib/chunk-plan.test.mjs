import { expect, test } from 'vitest';
import { planChunks } from './chunk-plan.mjs';

const root = (id, ...imports) => ({ id, bytes: 1000, imports, isEntry: true, isRoot: true });
const part = (id, bytes, ...imports) => ({ id, bytes, imports, isEntry: false, isRoot: false });

test('what the same entries load is one file, with no third in between', () => {
  const chunks = [
    root('a', 'x'),
    root('b', 'x'),
    part('x', 500, 'y'),
    part('y', 90_000, 'z'),
    part('z', 500),
  ];
  expect(planChunks(chunks)).toEqual([['x', 'y', 'z']]);
});

test('something large is not loaded for the sake of one file less', () => {
  const chunks = [
    root('light', 'small'),
    root('heavy', 'small', 'large'),
    part('small', 2000),
    part('large', 500_000),
  ];
  expect(planChunks(chunks)).toEqual([]);
  expect(planChunks(chunks.map((c) => ({ ...c, bytes: Math.min(c.bytes, 30_000) })))).toEqual([
    ['large', 'small'],
  ]);
});

test('entries are left alone, and so is what no entry shares', () => {
  const chunks = [root('a', 'x'), root('b', 'y'), part('x', 10), part('y', 10)];
  expect(planChunks(chunks)).toEqual([]);
});

test('nothing is joined that would import itself over another file', () => {
  const chunks = (imports) => [
    root('a', 'top'),
    root('b', 'top'),
    part('top', 10, 'middle', 'bottom'),
    root('middle', ...imports),
    part('bottom', 10),
  ];
  expect(planChunks(chunks(['bottom']))).toEqual([]);
  expect(planChunks(chunks([]))).toEqual([['bottom', 'top']]);
});

test('what a file imports counts for those who would load it for nothing', () => {
  const chunks = (bytes) => [
    root('light', 'x'),
    root('a', 'x', 'y'),
    root('b', 'x', 'y'),
    part('x', 10),
    part('y', 10, 'deep'),
    { ...part('deep', bytes), isRoot: true },
  ];
  expect(planChunks(chunks(500_000))).toEqual([]);
  expect(planChunks(chunks(1000))).toEqual([['x', 'y']]);
});

test('the target of a dynamic import counts as an entry, and may be joined', () => {
  const chunks = [
    root('a', 'x'),
    { ...part('later', 10, 'x', 'y'), isEntry: true },
    part('x', 10),
    part('y', 10),
  ];
  expect(planChunks(chunks)).toEqual([['later', 'x', 'y']]);
});

test('what loads no library is never made to, however many others load both', () => {
  const others = Array.from({ length: 20 }, (_, i) => root(`r${i}`, 'ours', 'theirs'));
  const chunks = (isLibrary) => [
    ...others,
    root('light', 'ours'),
    part('ours', 10),
    { ...part('theirs', 10), isLibrary },
  ];
  expect(planChunks(chunks(true))).toEqual([]);
  expect(planChunks(chunks(false))).toEqual([['ours', 'theirs']]);
});

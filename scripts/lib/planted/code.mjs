// One violation for every lint rule and every compiler option that the project relies on.
import { checkLint, checkTypes } from '../checks.mjs';
import { plant } from './copy.mjs';

const LINT = {
  format: 'export const planted = {a:1 ,b : 2}\n',
  'assist/source/organizeImports':
    "import { z } from './b.ts';\nimport { y } from './a.ts';\n\nexport const planted = [y, z];\n",
  'lint/suspicious/noExplicitAny': 'export const planted: any = 1;\n',
  'lint/suspicious/noConsole': "export function planted(): void {\n  console.log('planted');\n}\n",
  'lint/style/useImportType': "import { Readable } from 'node:stream';\n\nexport type Planted = Readable;\n",
  'lint/style/useNodejsImportProtocol':
    "import { join } from 'path';\n\nexport const planted = join('a', 'b');\n",
  'lint/style/noNonNullAssertion': 'export const planted = (list: string[]): string => list[0]!;\n',
  'lint/correctness/noUnusedImports': "import { join } from 'node:path';\n\nexport const planted = 1;\n",
  'lint/correctness/noUnusedVariables':
    'export function planted(): number {\n  const unused = 1;\n  return 2;\n}\n',
};

export async function plantLint(copy, expect) {
  const path = (rule) => `src/base/planted-${rule.replace(/\W/g, '-')}.ts`;
  const remove = plant(
    copy,
    Object.fromEntries(Object.entries(LINT).map(([rule, text]) => [path(rule), text])),
  );
  const { problems } = await checkLint(copy);
  for (const rule of Object.keys(LINT))
    expect(`lint: ${rule}`, problems, (p) => p.startsWith(`${path(rule)}:`) && p.includes(` ${rule}:`));
  remove();
}

const TYPES = {
  strict: ['TS7006', 'export const planted = (x) => x;\n'],
  strictNullChecks: ['TS2322', 'export const planted: string = null;\n'],
  noUncheckedIndexedAccess: ['TS2322', 'export const planted = (list: string[]): string => list[0];\n'],
  exactOptionalPropertyTypes: ['TS2375', 'export const planted: { a?: number } = { a: undefined };\n'],
  noImplicitOverride: ['TS4114', 'class A {\n  f() {}\n}\nexport class Planted extends A {\n  f() {}\n}\n'],
  noPropertyAccessFromIndexSignature: [
    'TS4111',
    'export const planted = (o: Record<string, number>) => o.a;\n',
  ],
  noImplicitReturns: ['TS7030', 'export function planted(x: number) {\n  if (x > 1) return x;\n}\n'],
  noFallthroughCasesInSwitch: [
    'TS7029',
    'export function planted(x: number): void {\n  switch (x) {\n    case 1:\n      x += 1;\n    case 2:\n      x += 2;\n  }\n}\n',
  ],
  noUnusedLocals: ['TS6133', 'const planted = 1;\nexport {};\n'],
  noUnusedParameters: ['TS6133', 'export const planted = (x: number) => 1;\n'],
  allowUnreachableCode: ['TS7027', 'export function planted(): number {\n  return 1;\n  return 2;\n}\n'],
  erasableSyntaxOnly: ['TS1294', 'export enum Planted {\n  A,\n}\n'],
  verbatimModuleSyntax: [
    'TS1484',
    "import { Readable } from 'node:stream';\nimport { PathLike } from 'node:fs';\nexport type Planted = PathLike | Readable;\n",
  ],
  relativeImportsNeedExtension: ['TS2835', "export { printable } from './printable';\n"],
};

export async function plantTypes(copy, expect) {
  const path = (name) => `src/base/planted-${name}.ts`;
  const project = {
    extends: './tsconfig.json',
    include: Object.keys(TYPES).map(path),
  };
  const remove = plant(copy, {
    'tsconfig.planted.json': JSON.stringify(project),
    ...Object.fromEntries(Object.entries(TYPES).map(([name, [, text]]) => [path(name), text])),
  });
  const { problems } = await checkTypes(copy, 'tsconfig.planted.json');
  for (const [name, [code]] of Object.entries(TYPES))
    expect(`types: ${name}`, problems, (p) => p.startsWith(`${path(name)}(`) && p.includes(`error ${code}:`));
  remove();
}

// One violation for every rule of .dependency-cruiser.mjs; for a room, one for every room that it must not import.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkImports } from '../checks.mjs';
import { plant } from './copy.mjs';

export async function plantImports(copy, expect) {
  const { default: config, MAY_IMPORT } = await import(
    pathToFileURL(join(copy, '.dependency-cruiser.mjs')).href
  );
  const rooms = Object.keys(MAY_IMPORT);
  const files = {};
  const expected = [];
  const violation = (rule, from, to, text) => {
    files[from] = text;
    expected.push({ rule, from, to });
  };

  for (const room of rooms) files[`src/${room}/planted-target.ts`] = 'export const target = 1;\n';
  for (const room of rooms)
    for (const other of rooms)
      if (other !== room && !MAY_IMPORT[room].includes(other)) {
        const text = `export { target } from '../${other}/planted-target.ts';\n`;
        violation(`room-${room}`, `src/${room}/planted-${other}.ts`, `src/${other}/planted-target.ts`, text);
      }
  // A type alone is a dependency as well, and so is what is loaded late.
  violation(
    'room-base',
    'src/base/planted-type.ts',
    'src/cli/planted-target.ts',
    "import type { target } from '../cli/planted-target.ts';\nexport type T = typeof target;\n",
  );
  violation(
    'room-config',
    'src/config/planted-late.ts',
    'src/cli/planted-target.ts',
    "export const late = () => import('../cli/planted-target.ts');\n",
  );
  files['src/planted-room/target.ts'] = 'export const target = 1;\n';
  violation(
    'known-rooms',
    'src/commands/planted-unknown.ts',
    'src/planted-room/target.ts',
    "export { target } from '../planted-room/target.ts';\n",
  );
  for (const name of ['model', 'merkle-sum', 'contributors'])
    violation(
      'pure-core-no-io',
      `src/revenue/${name}-planted.ts`,
      'fs',
      "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    );
  for (const io of ['node:net', 'node:http', 'node:child_process', 'node:fs/promises'])
    violation(
      'pure-core-no-io',
      `src/licensing/compatibility-${io.replace(/\W/g, '-')}.ts`,
      io.slice('node:'.length),
      `export * from '${io}';\n`,
    );
  for (const room of ['chain', 'content', 'context'])
    violation(
      'pure-core-no-rooms',
      `src/revenue/model-${room}.ts`,
      `src/${room}/planted-target.ts`,
      `export { target } from '../${room}/planted-target.ts';\n`,
    );
  violation(
    'nobody-imports-commands',
    'src/cli/planted-command.ts',
    'src/commands/planted-target.ts',
    "export { target } from '../commands/planted-target.ts';\n",
  );
  violation(
    'commands-are-separate',
    'src/commands/planted-other.ts',
    'src/commands/planted-target.ts',
    "export { target } from './planted-target.ts';\n",
  );
  files['src/base/planted.test.ts'] = 'export const helper = 1;\n';
  violation(
    'nobody-imports-tests',
    'src/base/planted-helper.ts',
    'src/base/planted.test.ts',
    "export { helper } from './planted.test.ts';\n",
  );
  files['src/base/planted-b.ts'] = "import { a } from './planted-a.ts';\nexport const b = () => a;\n";
  violation(
    'no-cycles',
    'src/base/planted-a.ts',
    'src/base/planted-b.ts',
    "import { b } from './planted-b.ts';\nexport const a = () => b;\n",
  );
  violation(
    'no-unresolvable',
    'src/base/planted-nowhere.ts',
    './planted-not-there.ts',
    "export { x } from './planted-not-there.ts';\n",
  );

  const remove = plant(copy, files);
  const { problems } = await checkImports(copy);
  for (const { rule, from, to } of expected)
    expect(`imports: ${rule}, ${from}`, problems, (p) => p.startsWith(`${from} -> ${to}: ${rule} `));
  const planted = new Set(expected.map((e) => e.rule));
  const unplanted = config.forbidden.filter((r) => !planted.has(r.name)).map((r) => r.name);
  expect(
    'imports: every rule has a planted violation',
    unplanted.length === 0 ? ['all'] : unplanted,
    (p) => p === 'all',
  );
  remove();

  // dependency-cruiser that cannot read TypeScript sees no file, finds nothing wrong and exits 0.
  const file = join(copy, '.dependency-cruiser.mjs');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace("parser: 'swc',", "parser: 'swc',\n    exclude: { path: '[.]tsx?' },"));
  const blind = await checkImports(copy);
  writeFileSync(file, text);
  expect('imports: a cruise that sees nothing', blind.problems, (p) =>
    /were not cruised|imports seen/.test(p),
  );
}

#!/usr/bin/env node
/**
 * A stand-in for the native `solc` binary that forge calls, on top of the npm `solc` (WebAssembly).
 * It answers `--version`, and otherwise compiles the standard JSON it reads from stdin.
 * Imports that are not part of the input are looked up under --base-path and --include-path.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';

const solc = createRequire(import.meta.url)('solc');
const args = process.argv.slice(2);

if (args.includes('--version')) {
  process.stdout.write(
    'solc, the solidity compiler commandline interface\n' +
      `Version: ${solc.version().replace('.Emscripten.clang', '.Linux.g++')}\n`,
  );
} else {
  const roots = args.flatMap((arg, at) => {
    const [flag, inline] = arg.split('=');
    if (flag !== '--base-path' && flag !== '--include-path') return [];
    return [inline ?? args[at + 1] ?? '.'];
  });
  const find = (path) => {
    const candidates = isAbsolute(path) ? [path] : [...roots.map((root) => join(root, path)), path];
    const found = candidates.find((candidate) => existsSync(candidate));
    return found === undefined
      ? { error: `File not found: ${path}` }
      : { contents: readFileSync(found, 'utf8') };
  };
  process.stdout.write(solc.compile(readFileSync(0, 'utf8'), { import: find }));
}

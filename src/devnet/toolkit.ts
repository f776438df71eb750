import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaharaError } from '../base/errors.ts';

/** The folder of the installed toolkit: the nearest one above this file that has devnet/genesis. */
export function toolkitRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'devnet', 'genesis', 'genesis.json'))) return folder;
    if (dirname(folder) === folder)
      throw new SaharaError('TOOLKIT_INCOMPLETE', { missing: 'devnet/genesis/genesis.json' });
  }
}

/** A program of ours that runs as a process of its own: built, or straight from its source in development. */
export function toolkitProgram(name: string): string {
  const built = join(toolkitRoot(), 'dist', `${name}.js`);
  if (!existsSync(built)) throw new SaharaError('TOOLKIT_INCOMPLETE', { missing: `dist/${name}.js` });
  return built;
}

const ARCH: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/** The anvil binary of this platform, from its npm package. */
export function anvilBinary(root = toolkitRoot()): string {
  const require = createRequire(join(root, 'package.json'));
  const platform = `@foundry-rs/anvil-${process.platform}-${ARCH[process.arch] ?? process.arch}`;
  const file = process.platform === 'win32' ? 'anvil.exe' : 'anvil';
  try {
    // Resolved from anvil's own package: its platform package need not be hoisted beside ours.
    const anvil = createRequire(require.resolve('@foundry-rs/anvil/package.json'));
    return anvil.resolve(`${platform}/bin/${file}`);
  } catch (error) {
    throw new SaharaError('TOOLKIT_INCOMPLETE', { missing: platform }, { cause: error });
  }
}

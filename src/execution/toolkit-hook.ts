import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type Toolkit = {
  /** Folder of the toolkit's package.json. */
  root: string;
  /** True when the toolkit runs from its TypeScript sources (a checkout without a build). */
  fromSource: boolean;
};

/** Where the running toolkit is installed. */
export function findToolkit(from: string = import.meta.url): Toolkit {
  let folder = dirname(fileURLToPath(from));
  for (;;) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown };
      if (manifest.name === 'sahara-devkit') return { root: folder, fromSource: from.endsWith('.ts') };
    } catch {
      // No package.json here: look one folder further up.
    }
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json of sahara-devkit above ${from}`);
    folder = parent;
  }
}

/** Folders that code run with the hook may load toolkit code and its libraries from. */
export function toolkitFolders({ root, fromSource }: Toolkit): string[] {
  const folders = [join(root, fromSource ? 'src' : 'dist'), join(root, 'package.json')];
  // The libraries are in the package's own node_modules or, hoisted, in any above it.
  for (let folder = root; ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules'));
    if (dirname(folder) === folder) return folders;
  }
}

/** The descriptor on which a child notices that its parent is gone. */
export const LIFELINE_FD = 4;

/**
 * The module that a child loads before the user's script, as a `data:` address: being a string it needs no
 * file of its own beside a bundle.
 *
 * 1. A bare import that the project cannot resolve is resolved as if the toolkit had written it, so that a
 *    project needs no node_modules for `onnxruntime-web` or `sahara-devkit/...`.
 * 2. A thread of its own waits for the end of the lifeline and then kills the process group: a script busy
 *    in a loop could not notice by itself that nobody waits for it any more.
 */
export function hookAddress(toolkit: Toolkit): string {
  const source = `
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread, Worker } from 'node:worker_threads';
const toolkit = ${JSON.stringify(pathToFileURL(join(toolkit.root, 'package.json')).href)};
const source = ${JSON.stringify(toolkit.fromSource ? pathToFileURL(join(toolkit.root, 'src/')).href : null)};
const missing = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_RESOLVE_REQUEST']);
registerHooks({
  resolve(specifier, context, next) {
    const own = source && /^sahara-devkit\\/([a-z]+)$/.exec(specifier);
    if (own) return next(new URL(own[1] === 'errors' ? 'base/errors.ts' : own[1] + '/index.ts', source).href, context);
    try {
      return next(specifier, context);
    } catch (error) {
      if (!missing.has(error?.code) || /^(\\.|\\/|#|[a-z][a-z0-9+.-]*:)/i.test(specifier)) throw error;
      try {
        if (!context.conditions.includes('require')) return next(specifier, { ...context, parentURL: toolkit });
        // require() looks from the module that calls it, whatever parentURL says.
        if (context.parentURL === toolkit) throw error;
        return { url: pathToFileURL(createRequire(toolkit).resolve(specifier)).href, shortCircuit: true };
      } catch {
        throw error;
      }
    }
  },
});
if (isMainThread) {
  new Worker(\`
    const lifeline = new (require('node:net').Socket)({ fd: ${LIFELINE_FD} });
    lifeline.on('error', () => {}).resume().on('close', () => {
      try { process.kill(-process.pid, 'SIGKILL'); } catch { process.kill(process.pid, 'SIGKILL'); }
    });\`, { eval: true, execArgv: [] }).unref();
}
`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

import { readFileSync, realpathSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The default export of a settings file that is a program (.ts, .js, .mjs, .cjs), run by Node itself: types are
 * stripped, not checked, and no compiler is needed.
 *
 * Two things that Node would refuse work here: ES module syntax in a project whose package.json says commonjs (which
 * `npm init` writes), and `import ... from 'sahara-devkit/config'` where the toolkit is not installed in the project.
 */
export async function loadModule(path: string): Promise<unknown> {
  return (await loadExports(path))['default'];
}

/** Everything that such a file exports. */
export async function loadExports(path: string): Promise<Record<string, unknown>> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!specifier.startsWith('sahara-devkit/')) throw error;
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
    load: (url, context, next) => {
      const format = moduleFormat(url);
      return next(url, format ? { ...context, format } : context);
    },
  });
  try {
    return (await import(pathToFileURL(realpathSync(path)).href)) as Record<string, unknown>;
  } finally {
    hooks.deregister();
  }
}

/** What a file of the project is when it is written as an ES module, whatever package.json says; else undefined. */
function moduleFormat(url: string): string | undefined {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return undefined;
  const formats: Record<string, string> = { '.ts': 'module-typescript', '.js': 'module' };
  const path = fileURLToPath(url);
  const format = formats[extname(path)];
  return format && /^\s*(export\b|import\s*[\w{*'"])/m.test(readFileSync(path, 'utf8')) ? format : undefined;
}

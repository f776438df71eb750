import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { type OutputHandler, runChild } from './child.ts';
import { resolveScript } from './script-path.ts';

/** A version that the build may read, fetched to a local folder. */
export type BuildInput = { relation: string; asset: string; version: number; cid: string; path: string };

/** What the script finds, as JSON, in the file that the variable SAHARA_BUILD_CONTEXT names. */
export type BuildContext = {
  /** Name of the asset being built. */
  name: string;
  /** Absolute path of the project's folder, which is also the working directory. */
  dir: string;
  /** Absolute path of the folder that will be published; the script makes it if it is not there. */
  output: string;
  inputs: BuildInput[];
};

export type BuildOptions = {
  /** The project's folder. */
  dir: string;
  /** `build.run` of the manifest, relative to `dir`. */
  script: string;
  /** Name of the asset, for its card. */
  name: string;
  /** The folder that is published, relative to `dir`. */
  content?: string;
  inputs?: BuildInput[];
  env?: Record<`SAHARA_${string}`, string>;
  signal?: AbortSignal | undefined;
  /** Milliseconds; without it a build may take as long as it likes. */
  timeoutMs?: number | undefined;
  onOutput?: OutputHandler | undefined;
  /** Only looks whether it could be run. */
  dryRun?: boolean;
};

export type BuildResult = {
  /** Files under the content folder that the script wrote, sorted by path. */
  outputs: { path: string; bytes: number }[];
  durationMs: number;
};

/**
 * Runs a project's build script: the user's own code with the user's rights, but without the secrets of our
 * environment. Bare imports that the project cannot resolve come from the toolkit.
 *
 * @throws SCRIPT_MISSING, SCRIPT_UNUSABLE, BUILD_FAILED, BUILD_TIMEOUT, INTERRUPTED
 */
export async function runBuild(options: BuildOptions): Promise<BuildResult> {
  const script = await resolveScript(options.dir, options.script);
  if (options.dryRun) return { outputs: [], durationMs: 0 };
  const output = join(script.dir, options.content ?? 'content');
  const context: BuildContext = { name: options.name, dir: script.dir, output, inputs: options.inputs ?? [] };
  const scratch = await mkdtemp(join(tmpdir(), 'sahara-build-'));
  try {
    const contextFile = join(scratch, 'context.json');
    await writeFile(contextFile, JSON.stringify(context, null, 2));
    const before = await listFiles(output);
    const { onOutput, release } = holdingErrors(options.onOutput);
    const end = await runChild({
      args: [script.path],
      cwd: script.dir,
      env: { ...options.env, SAHARA_BUILD_CONTEXT: contextFile },
      signal: options.signal,
      timeoutMs: options.timeoutMs,
      onOutput,
    });
    // The error that is thrown says it again.
    release(end.ok || end.timedOut ? undefined : end.reason);
    if (end.timedOut) {
      throw new SaharaError('BUILD_TIMEOUT', {
        script: options.script,
        seconds: (options.timeoutMs ?? 0) / 1000,
        lastLines: end.lastLines,
      });
    }
    if (!end.ok) {
      throw new SaharaError('BUILD_FAILED', {
        script: options.script,
        how: end.how,
        reason: end.reason,
        lastLines: end.lastLines,
      });
    }
    const outputs = [...(await listFiles(output))]
      .filter(([path, file]) => before.get(path)?.written !== file.written)
      .map(([path, file]) => ({ path, bytes: file.bytes }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    return { outputs, durationMs: end.durationMs };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Hands lines on, but keeps one that names an error until it is known that something follows it: when it is the last
 * word of the script, it is the reason of the failure.
 */
function holdingErrors(give: OutputHandler | undefined): {
  onOutput: OutputHandler;
  release(but?: string): void;
} {
  let held: Parameters<OutputHandler> | undefined;
  const release = (but?: string) => {
    if (held && held[0].trim() !== but) give?.(...held);
    held = undefined;
  };
  return {
    onOutput: (line, stream) => {
      release();
      if (/^\w*Error: /.test(line)) held = [line, stream];
      else give?.(line, stream);
    },
    release,
  };
}

async function listFiles(folder: string): Promise<Map<string, { bytes: number; written: bigint }>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, { bytes: number; written: bigint }>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeNs } = await stat(path, { bigint: true });
    files.set(path.slice(folder.length + 1).replaceAll('\\', '/'), { bytes: Number(size), written: mtimeNs });
  }
  return files;
}

import { execFile } from 'node:child_process';

export type Said = { stdout: string; stderr: string; code: number };

/** What a program says, whatever its exit code. Rejects only when it cannot be run or does not end in time. */
export function say(
  file: string,
  args: string[],
  options: { env: NodeJS.ProcessEnv; signal: AbortSignal; cwd?: string },
): Promise<Said> {
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { ...options, timeout: 5000, killSignal: 'SIGKILL', maxBuffer: 1 << 20 },
      (error, stdout, stderr) => {
        if (!error) resolve({ stdout, stderr, code: 0 });
        else if (typeof error.code === 'number') resolve({ stdout, stderr, code: error.code });
        else if (error.signal) reject(new Error('it did not end in time'));
        else reject(new Error(error.code ?? error.message));
      },
    );
  });
}

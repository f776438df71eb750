// Child processes of the scripts: captured for checks, or handed the terminal. Runs on Node 18 without packages.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join, sep } from 'node:path';

const live = new Set();

/** The exit code that a shell would report for a process that ended this way. */
function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 1);
}

/** PATH with the checkout's own binaries, its Node among them, first. */
export function ownPath(root) {
  return [join(root, 'node_modules', '.bin'), ...systemPath(root)].join(delimiter);
}

/** PATH entries without those of any checkout: where the machine's own node and npm are. */
export function systemPath() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((p) => p !== '' && !p.includes(`node_modules${sep}.bin`) && !p.includes('node-gyp-bin'));
}

/**
 * Runs a program without a terminal and collects what it prints.
 * Resolves to `{ code, stdout, stderr, output, seconds }`, `output` being both streams in order of arrival.
 */
export function capture(file, args, { cwd, env = process.env, input, timeoutMs, onOutput } = {}) {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    live.add(child);
    const text = { stdout: '', stderr: '', output: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8');
      child[name].on('data', (chunk) => {
        text[name] += chunk;
        text.output += chunk;
        onOutput?.(chunk);
      });
    }
    const timer =
      timeoutMs &&
      setTimeout(() => {
        text.output += `\nStopped after ${timeoutMs / 1000} s.\n`;
        child.kill('SIGKILL');
      }, timeoutMs);
    const done = (code) => {
      clearTimeout(timer);
      live.delete(child);
      resolve({ code, ...text, seconds: (Date.now() - startedAt) / 1000 });
    };
    child.on('error', (error) => {
      text.output += `${file}: ${error.message}\n`;
      done(127);
    });
    child.on('close', (code, signal) => done(exitCodeOf(code, signal)));
    if (input !== undefined) child.stdin.end(input);
  });
}

/**
 * Runs a program on our own stdin, stdout and stderr, passes signals on, and resolves to its exit code.
 * Ctrl-C at a terminal reaches the whole foreground group by itself; sending it again would be a second Ctrl-C.
 */
export function handOver(file, args, { cwd, env = process.env, stdio = 'inherit' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, stdio });
    live.add(child);
    let lastInterrupt = 0;
    const pass = (signal) => {
      if (signal === 'SIGINT') {
        if (process.stdin.isTTY || Date.now() - lastInterrupt < 500) return;
        lastInterrupt = Date.now();
      }
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    const done = (code) => {
      live.delete(child);
      for (const signal of signals) process.removeListener(signal, pass);
      resolve(code);
    };
    child.on('error', (error) => {
      process.stderr.write(`${file}: ${error.message}\n`);
      done(127);
    });
    child.on('exit', (code, signal) => done(exitCodeOf(code, signal)));
  });
}

/** Ends every child that still runs, for a script that is itself being stopped. */
export function endChildren(signal = 'SIGTERM') {
  for (const child of live) child.kill(signal);
}

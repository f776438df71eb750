import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Door, openOnLoopback } from '../e2e/loopback.ts';
import { BIN, type World } from '../e2e/support.ts';
import { openTerminal, type Terminal, type TerminalOptions } from './tmux.ts';

/** A terminal in a world's project, with `sahara` on PATH, in colour and in a UTF-8 locale. */
export async function openWorldTerminal(
  world: World,
  { env, ...options }: TerminalOptions = {},
): Promise<Terminal> {
  const bin = join(world.dir, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'sahara'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(join(bin, 'sahara'), 0o755);
  const path = `${bin}:${world.env['PATH']}`;
  return openTerminal({
    cwd: world.project,
    ...options,
    env: { ...world.env, NO_COLOR: undefined, ...env, PATH: path },
  });
}

/** A door in front of a content node through which only so many bytes pass in a second, either way. */
export async function openSlowNode(target: string, bytesPerSecond: number): Promise<Door> {
  const slowly = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      await new Promise((r) => setTimeout(r, (chunk.length / bytesPerSecond) * 1000));
      yield chunk;
    }
  };
  const server = createServer((incoming, outgoing) => {
    const fail = () => incoming.socket.destroy();
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '', target), {
      method,
      headers: { ...headers, host: new URL(target).host },
    });
    onward.on('error', fail);
    outgoing.on('error', fail);
    incoming.socket.once('close', () => onward.destroy());
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, slowly, outgoing).catch(fail);
    });
    pipeline(incoming, slowly, onward).catch(fail);
  });
  return openOnLoopback(server);
}

/** What moves the cursor or draws over what is there: every control sequence but those that only paint. */
export function movements(raw: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what this looks for
  return raw.replace(/\u001b\[[\d;]*m/g, '').match(/\u001b.{0,6}|\r(?!\n)|\u0008/g) ?? [];
}

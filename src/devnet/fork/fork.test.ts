import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openForkCache } from './cache.ts';
import { jsonTexts } from './json-stream.ts';
import { openOrigin } from './origin.ts';
import { parseOriginUrl } from './origin-url.ts';

const dir = mkdtempSync(join(tmpdir(), 'sahara-fork-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('a URL', () => {
  test.for([
    ['https://rpc.example.org', 'https://rpc.example.org'],
    ['https://rpc.example.org:8443/', 'https://rpc.example.org:8443'],
    ['https://mainnet.example.io/v3/0123456789abcdef', 'https://mainnet.example.io/…'],
    ['https://rpc.example.org/?apikey=0123456789', 'https://rpc.example.org/…'],
    ['https://me:secret-word@rpc.example.org', 'https://rpc.example.org'],
  ] as const)('%s is shown as %s', ([url, shown]) => {
    expect(parseOriginUrl(url).shown).toBe(shown);
  });

  test('keeps its secrets out of what others say, and the password out of the endpoint', () => {
    const { redact, endpoint, headers } = parseOriginUrl(
      'https://me:secret-word@a.org/v3/0123456789abcdef?k=xyz9',
    );
    expect(
      redact('key 0123456789abcdef of https://a.org/v3/0123456789abcdef?k=xyz9, secret-word'),
    ).not.toMatch(/0123456789abcdef|xyz9|secret-word/);
    expect(endpoint).toBe('https://a.org/v3/0123456789abcdef?k=xyz9');
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('me:secret-word').toString('base64')}`);
  });

  test.for(['', 'rpc.example.org', 'ws://rpc.example.org', '/tmp/geth.ipc'])('"%s" is none', (text) => {
    expect(() => parseOriginUrl(text)).toThrow(/cannot begin with what was given/);
  });
});

test('a stream of JSON is cut where each text ends, wherever its pieces end', () => {
  const texts = ['{"a":"}]\\"{"}', '[{"b":[1,2]},{}]', '{"c":"\\\\"}', '{}'];
  const whole = `${texts[0]}${texts[1]}\n${texts[2]}  ${texts[3]}`;
  for (let size = 1; size <= whole.length; size++) {
    const found: string[] = [];
    const take = jsonTexts((text) => found.push(text));
    for (let at = 0; at < whole.length; at += size) take(whole.slice(at, at + size));
    expect(found, `pieces of ${size}`).toEqual(texts);
  }
});

describe('what a network has answered', () => {
  const path = join(dir, 'cache.ndjson');

  test('is kept where it can never be another, by others not to be read', () => {
    const cache = openForkCache(path, 16);
    cache.keep('eth_getBalance', ['0xAB', '0x10'], '0x1');
    cache.keep('eth_getStorageAt', ['0xab', '0x0', '0x10'], '0x2');
    cache.keep('eth_getBalance', ['0xcd', '0x11'], '0x3');
    cache.keep('eth_getBalance', ['0xcd', 'latest'], '0x3');
    cache.keep('eth_getLogs', [{}], []);
    cache.keep('eth_getBlockByNumber', ['0x10', false], null);
    cache.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is there again, and what a crash has cut off is not', () => {
    appendFileSync(path, '["eth_getcode [\\"0xab');
    for (let round = 0; round < 2; round++) {
      const cache = openForkCache(path, 16);
      expect(cache.get('eth_getBalance', ['0xab', '0x10'])).toEqual({ result: '0x1' });
      expect(cache.get('eth_getStorageAt', ['0xab', '0x0', '0x10'])).toEqual({ result: '0x2' });
      for (const [method, params] of [
        ['eth_getBalance', ['0xcd', '0x11']],
        ['eth_getBalance', ['0xcd', 'latest']],
        ['eth_getLogs', [{}]],
        ['eth_getBlockByNumber', ['0x10', false]],
        ['eth_getCode', ['0xab']],
      ] as const)
        expect(cache.get(method, params), method).toBeUndefined();
      if (round === 1) expect(cache.get('eth_getCode', ['0xef', '0x10'])).toEqual({ result: '0x4' });
      cache.keep('eth_getCode', ['0xef', '0x10'], '0x4');
      cache.close();
    }
  });
});

test('a network that is busy, or away for a moment, is asked again; one that refuses is not', async () => {
  let asked = 0;
  const server = createServer((incoming, outgoing) => {
    asked++;
    if (incoming.url === '/no') outgoing.writeHead(403).end();
    else if (asked === 1) outgoing.writeHead(429, { 'retry-after': '0.01' }).end();
    else if (asked === 2) incoming.socket.destroy();
    else if (asked === 3) outgoing.end('{"error":{"code":-32005,"message":"limit exceeded"}}');
    else outgoing.end('{"result":"0x1"}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    expect(await openOrigin(url).ask('eth_chainId', [])).toEqual({ result: '0x1' });
    expect(asked).toBe(4);
    await expect(openOrigin(`${url}/no`).ask('eth_chainId', [])).rejects.toThrow(/HTTP 403/);
    expect(asked).toBe(5);
  } finally {
    server.close();
  }
});

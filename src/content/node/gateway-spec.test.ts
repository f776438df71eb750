import { request } from 'node:http';
import { CarReader } from '@ipld/car';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Block } from '../car.ts';
import { CID, DAG_PB } from '../cid.ts';
import { buildDag, type Dag } from '../dag.ts';
import { contentStore } from '../store.ts';
import { block, carOf, fileNode, folder, identity, raw, sendCar } from '../testing/blocks.ts';
import { collect } from '../testing/collect.ts';
import { tempDir } from '../testing/node.ts';
import { type AnyNode, describeOnEachNode } from '../testing/nodes.ts';

/*
 * What https://specs.ipfs.tech/http-gateways/trustless-gateway/ and path-gateway/ (2026-03-05), and RFC 9110, ask of
 * a gateway, one fact a row. A row that Kubo answers in another way that is allowed as well says so.
 */

const MISSING = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const IMMUTABLE = 'public, max-age=29030400, immutable';
const CHUNK = 1024 * 1024;

/** Two equal chunks and one that differs: a file in which a block occurs twice. */
const twice = Buffer.concat([Buffer.alloc(2 * CHUNK, 'same'), Buffer.from('the end of it')]);
const hello = raw('hello');
const inline = identity('inlined bytes');
const withInline = folder([
  { name: 'hello.txt', to: hello },
  { name: 'inline.txt', to: inline, size: 13 },
]);
const cbor: Block = block(0x71, Buffer.from('a16568656c6c6f65776f726c64', 'hex'));
/** dag-pb with a link and no data: valid IPLD that is no UnixFS. */
const bare = block(
  DAG_PB,
  Buffer.concat([
    Buffer.from([0x12, hello.cid.bytes.length + 2, 0x0a, hello.cid.bytes.length]),
    hello.cid.bytes,
  ]),
);
const v0 = fileNode([{ to: hello, size: 5n }]);
const v0Cid = CID.createV0(v0.cid.multihash as never);
const unsized = fileNode([], Buffer.from('small and wrapped'));

type Answer = { status: number; body: Buffer; headers: Record<string, string | undefined> };
type Row = {
  fact: string;
  /** In which `ROOT` is the folder, `BIG` the file with a block twice. */
  path: string;
  headers?: Record<string, string>;
  status: number;
  /** Headers as they have to be; undefined for one that must not be there. */
  gives?: Record<string, string | RegExp | undefined>;
  body?: string | RegExp;
  /** CIDs of the CAR that it has to be, `ROOT` and `BIG` as above. */
  car?: string[];
  /** Not asked of Kubo, and why. */
  kubo?: string;
};

const accept = (type: string) => ({ accept: type });
const RAW_TYPE = 'application/vnd.ipld.raw';
const CAR_TYPE = 'application/vnd.ipld.car';
const STRICT = 'Kubo has this format, or takes no offence at it';
const MORE = 'Kubo sends blocks of the file that were not asked for';
const BREAKS = 'Kubo promises the whole, sends it from where the range begins, and breaks off';

const ROWS: Row[] = [
  // Formats: trustless-gateway, "Accept", "format"; path-gateway, "Content-Location".
  {
    fact: 'format=raw gives the block',
    path: '/ipfs/HELLO?format=raw',
    status: 200,
    body: 'hello',
    gives: {
      'content-type': RAW_TYPE,
      'cache-control': IMMUTABLE,
      'x-content-type-options': 'nosniff',
      'content-location': undefined,
    },
  },
  {
    fact: 'so does Accept, which tells caches where',
    path: '/ipfs/HELLO',
    headers: accept(RAW_TYPE),
    status: 200,
    body: 'hello',
    gives: { 'content-type': RAW_TYPE, 'content-location': /\?format=raw$/ },
  },
  {
    fact: 'format goes before Accept',
    path: '/ipfs/HELLO?format=raw',
    headers: accept(CAR_TYPE),
    status: 200,
    body: 'hello',
    gives: { 'content-type': RAW_TYPE },
  },
  {
    fact: 'format=car goes before Accept: raw',
    path: '/ipfs/HELLO?format=car',
    headers: accept(RAW_TYPE),
    status: 200,
    car: ['HELLO'],
  },
  {
    fact: 'the highest q wins',
    path: '/ipfs/HELLO',
    headers: accept(`${RAW_TYPE};q=0.2, ${CAR_TYPE};q=0.9`),
    status: 200,
    car: ['HELLO'],
    kubo: 'Kubo takes the first',
  },
  {
    fact: 'q=0 is a no',
    path: '/ipfs/HELLO',
    headers: accept(`${RAW_TYPE};q=0, */*`),
    status: 200,
    body: 'hello',
    gives: { 'content-type': /^text\/plain/ },
    kubo: STRICT,
  },
  {
    fact: 'a kind of CAR that cannot be made gives way to one that can',
    path: '/ipfs/HELLO',
    headers: accept(`${CAR_TYPE};order=foo, ${CAR_TYPE};order=dfs;dups=y;q=0.5`),
    status: 200,
    car: ['HELLO'],
    gives: { 'content-type': /dups=y/ },
    kubo: STRICT,
  },
  {
    fact: 'what cannot be made at all is 400',
    path: '/ipfs/HELLO',
    headers: accept(`${CAR_TYPE};order=foo`),
    status: 400,
    kubo: STRICT,
  },
  { fact: 'version 2 is 400', path: '/ipfs/HELLO', headers: accept(`${CAR_TYPE};version=2`), status: 400 },
  {
    fact: 'formats of other gateways are 406',
    path: '/ipfs/HELLO',
    headers: accept('application/vnd.ipld.dag-cbor'),
    status: 406,
    kubo: STRICT,
  },
  {
    fact: 'unless anything will do',
    path: '/ipfs/HELLO',
    headers: accept('application/vnd.ipld.dag-cbor, */*;q=0.1'),
    status: 200,
    body: 'hello',
    kubo: STRICT,
  },
  {
    fact: 'what browsers send gives the content',
    path: '/ipfs/HELLO',
    headers: accept('text/html,application/xhtml+xml,*/*;q=0.8'),
    status: 200,
    body: 'hello',
  },
  { fact: 'a format that nobody knows is 400', path: '/ipfs/HELLO?format=odd', status: 400, kubo: STRICT },

  // Probes: trustless-gateway, "Dedicated Probe Paths".
  { fact: 'the probe as a block', path: '/ipfs/bafkqaaa?format=raw', status: 200, body: '' },
  { fact: 'the probe by Accept', path: '/ipfs/bafkqaaa', headers: accept(RAW_TYPE), status: 200, body: '' },
  {
    fact: 'the probe as a CAR',
    path: '/ipfs/bafkqaaa?format=car',
    status: 200,
    car: [],
    kubo: 'Kubo may send the identity block',
  },
  {
    fact: 'identity CIDs are blocks',
    path: `/ipfs/${inline}?format=raw`,
    status: 200,
    body: 'inlined bytes',
  },

  // CARs: trustless-gateway, "dag-scope", "order", "dups", "Content-Type".
  {
    fact: 'a CAR says its version, order and dups',
    path: '/ipfs/BIG?format=car',
    status: 200,
    gives: {
      'content-type': /version=1.*order=dfs.*dups=n/,
      'content-disposition': /^attachment; filename="?BIG\.car"?/,
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'none',
      etag: /^W\/"/,
    },
  },
  {
    fact: 'dups=n sends a block once',
    path: '/ipfs/BIG?format=car&car-dups=n',
    status: 200,
    car: ['BIG', 'SAME', 'LAST'],
  },
  {
    fact: 'dups=y sends it as often as it occurs',
    path: '/ipfs/BIG?format=car&car-dups=y',
    status: 200,
    car: ['BIG', 'SAME', 'SAME', 'LAST'],
    gives: { 'content-type': /dups=y/ },
  },
  {
    fact: 'dups=y in Accept',
    path: '/ipfs/BIG',
    headers: accept(`${CAR_TYPE}; order=dfs; dups=y`),
    status: 200,
    car: ['BIG', 'SAME', 'SAME', 'LAST'],
  },
  {
    fact: 'the query goes before Accept',
    path: '/ipfs/BIG?format=car&car-dups=n',
    headers: accept(`${CAR_TYPE}; dups=y`),
    status: 200,
    car: ['BIG', 'SAME', 'LAST'],
    gives: { 'content-type': /dups=n/ },
  },
  {
    fact: 'dag-scope=block is the path and the root',
    path: '/ipfs/ROOT/big.bin?format=car&dag-scope=block',
    status: 200,
    car: ['ROOT', 'BIG'],
  },
  {
    fact: 'dag-scope=entity of a file is the file',
    path: '/ipfs/ROOT/big.bin?format=car&dag-scope=entity',
    status: 200,
    car: ['ROOT', 'BIG', 'SAME', 'LAST'],
  },
  {
    fact: 'dups=y goes for entities',
    path: '/ipfs/ROOT/big.bin?format=car&dag-scope=entity&car-dups=y',
    status: 200,
    car: ['ROOT', 'BIG', 'SAME', 'SAME', 'LAST'],
  },
  {
    fact: 'dups=y goes for what lies at the end of a path',
    path: '/ipfs/ROOT/big.bin?format=car&car-dups=y',
    status: 200,
    car: ['ROOT', 'BIG', 'SAME', 'SAME', 'LAST'],
  },
  {
    fact: 'dag-scope=entity of a folder is its names alone',
    path: '/ipfs/ROOT?format=car&dag-scope=entity',
    status: 200,
    car: ['ROOT'],
  },
  {
    fact: 'dag-scope=all is the default',
    path: '/ipfs/ROOT/sub?format=car',
    status: 200,
    car: ['ROOT', 'SUB', 'HELLO'],
  },
  {
    fact: 'of data that is no UnixFS, entity is the block',
    path: `/ipfs/${bare.cid}?format=car&dag-scope=entity`,
    status: 200,
    car: [`${bare.cid}`],
    kubo: 'Kubo reads dag-pb as UnixFS',
  },
  {
    fact: 'and all is what it links to',
    path: `/ipfs/${bare.cid}?format=car`,
    status: 200,
    car: [`${bare.cid}`, 'HELLO'],
    kubo: 'Kubo reads dag-pb as UnixFS',
  },
  {
    fact: 'a codec without links that we know is a block too',
    path: `/ipfs/${cbor.cid}?format=car&dag-scope=block`,
    status: 200,
    car: [`${cbor.cid}`],
  },
  {
    fact: 'identity blocks are in no CAR',
    path: `/ipfs/${withInline.cid}?format=car&car-dups=y`,
    status: 200,
    car: [`${withInline.cid}`, 'HELLO'],
    kubo: 'Kubo may count them as well',
  },
  { fact: 'an unknown scope is 400', path: '/ipfs/BIG?format=car&dag-scope=most', status: 400 },

  // Ranges of entities: trustless-gateway, "entity-bytes".
  {
    fact: 'entity-bytes implies entity',
    path: '/ipfs/ROOT/sub?format=car&entity-bytes=0:*',
    status: 200,
    car: ['ROOT', 'SUB'],
    kubo: 'Kubo sends what is in the folder, too',
  },
  {
    fact: 'from the start',
    path: '/ipfs/BIG?format=car&entity-bytes=0:0',
    status: 200,
    car: ['BIG', 'SAME'],
    kubo: MORE,
  },
  {
    fact: 'to the end',
    path: `/ipfs/BIG?format=car&entity-bytes=${2 * CHUNK}:*`,
    status: 200,
    car: ['BIG', 'LAST'],
    kubo: MORE,
  },
  {
    fact: 'from the end',
    path: '/ipfs/BIG?format=car&entity-bytes=-5:*',
    status: 200,
    car: ['BIG', 'LAST'],
    kubo: MORE,
  },
  {
    fact: 'between, both ends counted',
    path: `/ipfs/BIG?format=car&entity-bytes=${2 * CHUNK - 1}:${2 * CHUNK}`,
    status: 200,
    car: ['BIG', 'SAME', 'LAST'],
  },
  {
    fact: 'up to so many before the end',
    path: '/ipfs/BIG?format=car&entity-bytes=0:-14',
    status: 200,
    car: ['BIG', 'SAME'],
    kubo: MORE,
  },
  {
    fact: 'that begins before the start',
    path: '/ipfs/BIG?format=car&entity-bytes=-99999999:0',
    status: 200,
    car: ['BIG', 'SAME'],
    kubo: 'Kubo refuses it',
  },
  {
    fact: 'that goes beyond the end',
    path: `/ipfs/BIG?format=car&entity-bytes=${2 * CHUNK}:99999999`,
    status: 200,
    car: ['BIG', 'LAST'],
    kubo: MORE,
  },
  {
    fact: 'that lies outside is the block',
    path: '/ipfs/BIG?format=car&entity-bytes=99999999:*',
    status: 200,
    car: ['BIG'],
    kubo: 'Kubo may refuse it, as the specification allows',
  },
  { fact: 'a range that is none is 400', path: '/ipfs/BIG?format=car&entity-bytes=5', status: 400 },
  { fact: 'numbers only', path: '/ipfs/BIG?format=car&entity-bytes=*:5', status: 400 },

  // Names: path-gateway, "Content-Disposition".
  {
    fact: 'a block is saved, never shown',
    path: '/ipfs/HELLO?format=raw',
    status: 200,
    gives: { 'content-disposition': /^attachment; filename="?HELLO\.bin"?/ },
  },
  {
    fact: 'a block under a name that was asked for',
    path: '/ipfs/HELLO?format=raw&filename=x.bin',
    status: 200,
    gives: { 'content-disposition': /^attachment;.*x\.bin/ },
  },
  {
    fact: 'a name that is not ASCII goes in two forms',
    path: '/ipfs/HELLO?filename=test%D1%82%D0%B5%D1%81%D1%82.txt',
    status: 200,
    gives: {
      'content-disposition':
        /^inline; filename="test____\.txt"; filename\*=UTF-8''test%D1%82%D0%B5%D1%81%D1%82\.txt$/,
    },
  },
  {
    fact: 'download=true saves it',
    path: '/ipfs/HELLO?filename=a.txt&download=true',
    status: 200,
    gives: { 'content-disposition': /^attachment;.*a\.txt/ },
  },
  {
    fact: 'a name decides the type',
    path: '/ipfs/HELLO?filename=a.json',
    status: 200,
    gives: { 'content-type': /^application\/json/ },
  },
  {
    fact: 'a name cannot break out of its header',
    path: '/ipfs/HELLO?filename=%0d%0aX-Evil%3a%20yes%22',
    status: 200,
    gives: { 'x-evil': undefined },
  },

  // Caches: path-gateway, "Etag", "If-None-Match", "Cache-Control"; RFC 9110 section 13.
  {
    fact: 'each format has its own Etag: a file',
    path: '/ipfs/HELLO',
    status: 200,
    gives: { etag: '"HELLO"', 'cache-control': IMMUTABLE },
  },
  {
    fact: 'each format has its own Etag: a block',
    path: '/ipfs/HELLO?format=raw',
    status: 200,
    gives: { etag: '"HELLO.raw"' },
  },
  {
    fact: 'known is 304 without a body',
    path: '/ipfs/HELLO',
    headers: { 'if-none-match': '"HELLO"' },
    status: 304,
    body: '',
  },
  {
    fact: 'among others, weakly',
    path: '/ipfs/HELLO',
    headers: { 'if-none-match': '"x", W/"HELLO"' },
    status: 304,
    body: '',
  },
  { fact: 'anything will do', path: '/ipfs/HELLO', headers: { 'if-none-match': '*' }, status: 304, body: '' },
  {
    fact: 'the Etag of another format will not',
    path: '/ipfs/HELLO?format=raw',
    headers: { 'if-none-match': '"HELLO"' },
    status: 200,
    body: 'hello',
  },
  {
    fact: 'absent is 404, whatever the client knows',
    path: `/ipfs/${MISSING}?format=raw`,
    headers: { 'if-none-match': '*' },
    status: 404,
    kubo: 'Kubo answers 304 before it has looked',
  },
  {
    fact: 'only-if-cached of what is here',
    path: '/ipfs/HELLO?format=raw',
    headers: { 'cache-control': 'only-if-cached' },
    status: 200,
    kubo: 'Kubo answers HEAD with its status alone',
  },
  {
    fact: 'only-if-cached of what is not',
    path: `/ipfs/${MISSING}?format=raw`,
    headers: { 'cache-control': 'only-if-cached' },
    status: 412,
    kubo: 'Kubo answers HEAD with its status alone',
  },

  // Not here, not understood: path-gateway, "Response Status Codes".
  { fact: 'an absent root is 404 as a block', path: `/ipfs/${MISSING}?format=raw`, status: 404 },
  {
    fact: 'an absent root is 404 as a CAR',
    path: `/ipfs/${MISSING}?format=car`,
    status: 404,
    kubo: 'Kubo answers 200, and a CAR that says that it breaks off',
  },
  { fact: 'an absent root is 404', path: `/ipfs/${MISSING}`, status: 404 },
  {
    fact: 'an absent name is 404, and named',
    path: '/ipfs/ROOT/sub/nothing.txt',
    status: 404,
    body: /nothing\.txt/,
  },
  {
    fact: 'a name inside of a file is 404',
    path: '/ipfs/ROOT/a.txt/more',
    status: 404,
    kubo: 'for Kubo it may be an error of the path',
  },
  { fact: 'a CID that is none is 400', path: '/ipfs/bafybeinonsense', status: 400 },
  {
    fact: 'a path that is not UTF-8 is 400',
    path: '/ipfs/ROOT/%ff',
    status: 400,
    kubo: 'for Kubo it is a name that is not there',
  },
  { fact: 'an address that cannot be read is 400', path: '//', status: 400, kubo: 'Kubo redirects it' },
  {
    fact: 'there is nothing but /ipfs/',
    path: '/ipns/example.org',
    status: 404,
    kubo: 'Kubo looks names up',
  },
  { fact: 'and no RPC', path: '/api/v0/id', status: 404 },

  // Paths: path-gateway, "Content resolution", "Location", "X-Ipfs-Path", "X-Ipfs-Roots".
  { fact: 'CIDv0 is a root like any other', path: `/ipfs/${v0Cid}`, status: 200, body: 'hello' },
  {
    fact: 'CIDv0 as a block',
    path: `/ipfs/${v0Cid}?format=raw`,
    status: 200,
    gives: { 'content-disposition': /\.bin"?/ },
  },
  { fact: 'base58 and base36 name the same', path: `/ipfs/${'BASE36'}`, status: 200, body: 'hello' },
  {
    fact: 'names may be of any letters',
    path: '/ipfs/ROOT/%C3%BCn%C3%AF/%E6%97%A5%E6%9C%AC.txt',
    status: 200,
    body: 'unicode',
    gives: { 'x-ipfs-path': /\/ipfs\/ROOT\// },
  },
  {
    fact: 'names may hold what means something in addresses',
    path: '/ipfs/ROOT/100%25%20%23%3F.txt',
    status: 200,
    body: 'odd',
  },
  { fact: 'a plus is a plus', path: '/ipfs/ROOT/a+b.txt', status: 200, body: 'plus' },
  {
    fact: 'a file in a file node of its own',
    path: `/ipfs/${unsized.cid}`,
    status: 200,
    body: 'small and wrapped',
  },
  {
    fact: 'inlined files are files',
    path: `/ipfs/${withInline.cid}/inline.txt`,
    status: 200,
    body: 'inlined bytes',
  },
  {
    fact: 'a folder without its slash is 301, with its query',
    path: '/ipfs/ROOT/sub?filename=x',
    status: 301,
    gives: { location: '/ipfs/ROOT/sub/?filename=x' },
  },
  {
    fact: 'roots are those of each part of the path',
    path: '/ipfs/ROOT/sub/hello.txt',
    status: 200,
    gives: { 'x-ipfs-roots': /^ROOT,SUB,HELLO$/ },
  },
  {
    fact: 'index.html stands for its folder',
    path: '/ipfs/ROOT/site/',
    status: 200,
    body: '<h1>hi</h1>',
    gives: { 'content-type': /^text\/html/ },
  },
  {
    fact: 'a listing has an Etag of its own',
    path: '/ipfs/ROOT/sub/',
    status: 200,
    body: /hello\.txt/,
    gives: { etag: /^"DirIndex-/, 'content-type': /^text\/html/ },
    kubo: 'Kubo answers HEAD with its status alone',
  },
  {
    fact: 'names in a listing are text',
    path: '/ipfs/ROOT/evil/',
    status: 200,
    body: /&lt;img/,
    gives: {},
    kubo: 'Kubo answers HEAD with its status alone',
  },
  {
    fact: 'a service worker gets no whole root',
    path: '/ipfs/ROOT',
    headers: { 'service-worker': 'script' },
    status: 400,
  },
  {
    fact: 'but a script in it',
    path: '/ipfs/ROOT/site/sw.js',
    headers: { 'service-worker': 'script' },
    status: 200,
    gives: { 'content-type': /javascript/ },
  },

  // Ranges: path-gateway, "Range"; RFC 9110 section 14.
  {
    fact: 'a range of a file',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=1-3' },
    status: 206,
    body: 'ell',
    gives: { 'content-range': 'bytes 1-3/5' },
  },
  {
    fact: 'a range of a block',
    path: '/ipfs/HELLO?format=raw',
    headers: { range: 'bytes=1-3' },
    status: 206,
    body: 'ell',
    gives: { 'content-range': 'bytes 1-3/5', 'content-type': RAW_TYPE },
  },
  { fact: 'to the end', path: '/ipfs/HELLO', headers: { range: 'bytes=3-' }, status: 206, body: 'lo' },
  { fact: 'from the end', path: '/ipfs/HELLO', headers: { range: 'bytes=-2' }, status: 206, body: 'lo' },
  {
    fact: 'more than there is, from the end',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=-99' },
    status: 206,
    body: 'hello',
    kubo: 'Kubo answers 500',
  },
  {
    fact: 'beyond the end',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=2-99' },
    status: 206,
    body: 'llo',
    gives: { 'content-range': 'bytes 2-4/5' },
  },
  {
    fact: 'outside is 416, and says the size',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=5-' },
    status: 416,
    gives: { 'content-range': 'bytes */5' },
  },
  {
    fact: 'outside of a block',
    path: '/ipfs/HELLO?format=raw',
    headers: { range: 'bytes=9-' },
    status: 416,
    gives: { 'content-range': 'bytes */5' },
  },
  {
    fact: 'nothing from the end is 416',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=-0' },
    status: 416,
    kubo: 'Go answers 206 with nothing',
  },
  {
    fact: 'an empty file has no ranges',
    path: '/ipfs/ROOT/empty',
    headers: { range: 'bytes=0-' },
    status: 416,
    kubo: 'Go answers 200',
  },
  {
    fact: 'several ranges may be everything',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=0-0,2-2' },
    status: 200,
    body: 'hello',
    kubo: 'Kubo sends several parts',
  },
  {
    fact: 'the wrong way round is no range',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=3-1' },
    status: 200,
    body: 'hello',
    kubo: 'Go answers 416',
  },
  {
    fact: 'other units are none',
    path: '/ipfs/HELLO',
    headers: { range: 'lines=1-3' },
    status: 200,
    body: 'hello',
    kubo: 'Go answers 416',
  },
  {
    fact: 'If-Range of this',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=1-3', 'if-range': '"HELLO"' },
    status: 206,
    body: 'ell',
  },
  {
    fact: 'If-Range of something else',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=1-3', 'if-range': '"other"' },
    status: 200,
    body: 'hello',
    kubo: BREAKS,
  },
  {
    fact: 'If-Range does not take a weak Etag',
    path: '/ipfs/HELLO',
    headers: { range: 'bytes=1-3', 'if-range': 'W/"HELLO"' },
    status: 200,
    body: 'hello',
    kubo: BREAKS,
  },
  {
    fact: 'CARs have no ranges',
    path: '/ipfs/HELLO?format=car',
    headers: { range: 'bytes=1-3' },
    status: 200,
    car: ['HELLO'],
  },

  // Names of this machine alone: a page elsewhere must not be able to read by a name that it controls.
  {
    fact: 'another host is 403',
    path: '/ipfs/HELLO',
    headers: { host: 'evil.example' },
    status: 403,
    kubo: 'Kubo serves any host',
  },
  {
    fact: 'a host that ends alike is 403',
    path: '/ipfs/HELLO',
    headers: { host: 'localhost.evil.example' },
    status: 403,
    kubo: 'Kubo serves any host',
  },
  {
    fact: 'no page elsewhere may read',
    path: '/ipfs/HELLO',
    headers: { origin: 'https://evil.example' },
    status: 200,
    gives: { 'access-control-allow-origin': undefined },
    kubo: 'Kubo lets every page read',
  },
];

describeOnEachNode('the gateway, as specified', ({ kind, start }) => {
  let temp: ReturnType<typeof tempDir>;
  let node: AnyNode;
  let dag: Dag;
  const names = new Map<string, string>();

  beforeAll(async () => {
    temp = tempDir('gateway-spec');
    node = await start(temp.path);
    dag = await buildDag([
      { path: 'a.txt', bytes: Buffer.from('plain text') },
      { path: 'a+b.txt', bytes: Buffer.from('plus') },
      { path: '100% #?.txt', bytes: Buffer.from('odd') },
      { path: 'big.bin', bytes: twice },
      { path: 'empty', bytes: Buffer.alloc(0) },
      { path: `evil/<img src=x onerror=alert(1)>"'.txt`, bytes: Buffer.from('x') },
      { path: 'site/index.html', bytes: Buffer.from('<h1>hi</h1>') },
      { path: 'site/sw.js', bytes: Buffer.from('self.x = 1') },
      { path: 'sub/hello.txt', bytes: Buffer.from('hello') },
      { path: 'ünï/日本.txt', bytes: Buffer.from('unicode') },
    ]);
    await contentStore({ api: node.api }).put(dag);
    const others = [hello, withInline, cbor, bare, { cid: v0Cid, bytes: v0.bytes }, unsized];
    const sent = await sendCar(node.api, await carOf(others, [hello.cid]));
    expect(sent.status, sent.text).toBe(200);
    const { base36 } = await import('multiformats/bases/base36');
    names.set('ROOT', dag.root);
    names.set('SUB', dag.folders.get('sub') as string);
    names.set('BIG', dag.files.find((f) => f.path === 'big.bin')?.cid as string);
    names.set('HELLO', hello.cid.toString());
    names.set('BASE36', hello.cid.toString(base36));
    names.set('SAME', raw(twice.subarray(0, CHUNK)).cid.toString());
    names.set('LAST', raw(twice.subarray(2 * CHUNK)).cid.toString());
  });
  afterAll(async () => {
    await node.stop();
    temp.remove();
  });

  const named = (text: string) => text.replace(/\b[A-Z]+\d*\b/g, (name) => names.get(name) ?? name);
  const pattern = (wanted: string | RegExp) =>
    typeof wanted === 'string' ? named(wanted) : new RegExp(named(wanted.source), wanted.flags);

  function ask({ path, headers = {} }: Row, method: string): Promise<Answer> {
    const { hostname, port } = new URL(node.gateway);
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, named(value)]));
    return new Promise((resolve, reject) => {
      const req = request({ hostname, port, path: named(path), method, headers: sent });
      req.on('error', reject);
      req.on('response', async (res) => {
        const body = Buffer.concat(await collect(res as AsyncIterable<Buffer>));
        resolve({ status: res.statusCode ?? 0, body, headers: res.headers as Record<string, string> });
      });
      req.end();
    });
  }

  test.for(ROWS.filter((row) => kind === 'embedded' || row.kubo === undefined))('$fact', async (row) => {
    const answer = await ask(row, 'GET');
    expect(answer.status, answer.body.subarray(0, 300).toString()).toBe(row.status);
    for (const [name, wanted] of Object.entries(row.gives ?? {})) {
      if (wanted === undefined) expect(answer.headers[name], name).toBeUndefined();
      else expect(answer.headers[name], name).toMatch(pattern(wanted));
    }
    if (typeof row.body === 'string') expect(answer.body.toString()).toBe(row.body);
    else if (row.body !== undefined) expect(answer.body.toString()).toMatch(row.body);
    if (row.car !== undefined) {
      const reader = await CarReader.fromBytes(answer.body);
      expect((await collect(reader.cids())).map(String)).toEqual(row.car.map(named));
      expect(reader.version).toBe(1);
      // Which it is is not specified: we say where the path begins, and Kubo where it ends.
      const end = row.path.split('?')[0]?.endsWith('big.bin') ? 'BIG' : 'SUB';
      const begin = /\/ipfs\/(\w+)/.exec(named(row.path))?.[1];
      const isPath = /\/ipfs\/ROOT\//.test(row.path);
      const root = kind === 'kubo' && isPath ? named(end) : begin;
      expect((await reader.getRoots()).map(String)).toEqual([root]);
    }
    // HEAD is GET without the payload.
    const head = await ask(row, 'HEAD');
    expect([head.status, head.body.length]).toEqual([answer.status, 0]);
    for (const name of [
      'etag',
      'content-type',
      'content-range',
      'content-disposition',
      'cache-control',
      'location',
    ])
      expect(head.headers[name], `HEAD ${name}`).toBe(answer.headers[name]);
  });

  test('a CAR breaks off where a block is missing, and does not look whole', async () => {
    const gone = raw('not sent');
    const parent = folder([
      { name: 'a', to: hello },
      { name: 'b', to: gone },
    ]);
    const sent: Block[] = [parent];
    await sendCar(node.api, await carOf(sent));
    const url = `${node.gateway}/ipfs/${parent.cid}?format=car`;
    const bytes = await fetch(url)
      .then(
        async (r) => Buffer.from(await r.arrayBuffer()),
        () => undefined,
      )
      .catch(() => undefined);
    if (bytes !== undefined) {
      const cids = await CarReader.fromBytes(bytes).then(
        async (r) => (await collect(r.cids())).map(String),
        () => [],
      );
      expect(cids).not.toContain(gone.cid.toString());
      expect(kind).toBe('kubo');
    }
  });
});

test('each fact is there once', () => {
  const facts = ROWS.map(({ fact, path }) => `${fact} ${path}`);
  expect(new Set(facts).size).toBe(facts.length);
});

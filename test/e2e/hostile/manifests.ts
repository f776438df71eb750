/** Everything that a value of a manifest or of a settings file should not be. */
export const WRONG: Record<string, string> = {
  'a number': '7',
  'a negative number': '-1',
  'no number': '.nan',
  infinity: '.inf',
  'a truth': 'true',
  nothing: '~',
  'an empty text': '""',
  'a text of spaces': '"   "',
  'an empty list': '[]',
  'a list': '[1, [2], {a: 3}]',
  'an empty mapping': '{}',
  'a mapping': '{a: {b: c}}',
  'a date': '2026-01-01',
  'control characters': '"\\u0007\\u001b[2J"',
  'a long text': `"${'x'.repeat(5000)}"`,
  'a way out': '../../etc/passwd',
  binary: '!!binary aGVsbG8=',
  'an unknown tag': '!!js/function "function(){}"',
};

/** The fields of a manifest, each with the text around a value in its place. */
export const MANIFEST_FIELDS: Record<string, (value: string) => string> = {
  'the whole file': (v) => `${v}\n`,
  kind: (v) => whole({ kind: v }),
  name: (v) => whole({ name: v }),
  description: (v) => whole({ description: v }),
  content: (v) => whole({ content: v }),
  card: (v) => whole({ card: v }),
  terms: (v) => whole({ terms: v }),
  'terms[0]': (v) => whole({ terms: `[${v}]` }),
  'terms[0].rights': (v) => whole({ terms: `[{rights: ${v}, royalty: 5%}]` }),
  'terms[0].royalty': (v) => whole({ terms: `[{rights: [TRAIN], royalty: ${v}}]` }),
  'terms[0].price': (v) => whole({ terms: `[{rights: [TRAIN], price: ${v}}]` }),
  'terms[0].period': (v) => whole({ terms: `[{rights: [TRAIN], price: 5, period: ${v}}]` }),
  'terms[0].text': (v) => whole({ terms: `[{rights: [TRAIN], text: ${v}}]` }),
  'terms[0].attribution': (v) => whole({ terms: `[{rights: [TRAIN], attribution: ${v}}]` }),
  'terms[0].preset': (v) => whole({ terms: `[{preset: ${v}}]` }),
  relations: (v) => whole({ relations: v }),
  'relations[0]': (v) => whole({ relations: `[${v}]` }),
  'relations[0].type': (v) => whole({ relations: `[{type: ${v}, asset: x}]` }),
  'relations[0].asset': (v) => whole({ relations: `[{type: TRAINED_ON, asset: ${v}}]` }),
  contributors: (v) => whole({ contributors: v }),
  'contributors.share': (v) => whole({ contributors: `{share: ${v}, file: contributors.csv}` }),
  'contributors.file': (v) => whole({ contributors: `{share: 40%, file: ${v}}` }),
  build: (v) => whole({ build: v }),
  'build.run': (v) => whole({ build: `{run: ${v}}` }),
  agent: (v) => whole({ kind: 'agent', agent: v }),
  'agent.run': (v) => whole({ kind: 'agent', agent: `{run: ${v}}` }),
  'an unknown field': (v) => whole({ mood: v }),
};

function whole(given: Record<string, string>): string {
  const fields = { kind: 'dataset', name: 'hostile', content: 'content', ...given };
  return Object.entries(fields)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('');
}

/** Files that are no manifest at all. */
export const NO_MANIFESTS: Record<string, string | Uint8Array> = {
  empty: '',
  'nothing but a comment': '# hello\n',
  'bytes that are no text': Uint8Array.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28]),
  'a NUL': 'kind: dataset\0\n',
  'a text': 'hello',
  'broken YAML': 'kind: [dataset\n',
  'two documents': 'kind: dataset\n---\nkind: model\n',
  'a key twice': 'kind: dataset\nkind: model\nname: x\n',
  'a billion laughs': `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)
    .join('\n')}\n`,
  'a depth bomb': `kind: ${'['.repeat(20_000)}\n`,
  'a key of the prototype': '__proto__: {polluted: true}\nkind: dataset\nname: x\n',
  'a merge of itself': 'a: &a\n  <<: *a\n',
  'one very long line': `kind: ${'x'.repeat(2_000_000)}\n`,
};

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBps } from '../base/amount.ts';
import { toDot, toMermaid } from './lineage-diagrams.ts';
import type { LineageGraph } from './lineage-graph.ts';

/** What a diagram says, read back from its text. */
type ReadBack = { nodes: Map<string, string[]>; arrows: { from: string; to: string; lines: string[] }[] };

/** A parser of the part of the DOT language that the toolkit writes; anything else throws. */
function readDot(text: string): ReadBack {
  const tokens: string[] = [];
  const token = /\s*(?:("(?:[^"\\\n]|\\.)*")|(->|[{}[\];=,])|([A-Za-z_][A-Za-z0-9_]*|\d+))/y;
  while (token.lastIndex < text.trimEnd().length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`no DOT at ${at}: ${text.slice(at, at + 40)}`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  const take = (...wanted: string[]) => {
    const found = tokens.shift() ?? 'the end';
    if (wanted.length > 0 && !wanted.includes(found)) throw new Error(`${wanted} expected, not ${found}`);
    return found;
  };
  const attributes = (): Record<string, string> => {
    const found: Record<string, string> = {};
    take('[');
    do {
      const name = take();
      take('=');
      found[name] = take();
    } while (take(',', ']') === ',');
    return found;
  };
  const label = (quoted: string | undefined): string[] => {
    if (!quoted?.startsWith('"')) throw new Error(`no label: ${quoted}`);
    // Escapes of labels first, then entities: what Graphviz shows.
    return quoted
      .slice(1, -1)
      .split(/(?<=(?<!\\)(?:\\\\)*)\\n/)
      .map((line) => line.replace(/\\(.)/g, '$1').replaceAll('&amp;', '&'));
  };
  const back: ReadBack = { nodes: new Map(), arrows: [] };
  take('digraph');
  take('lineage');
  take('{');
  while (tokens[0] !== '}') {
    const name = take();
    if (tokens[0] === '=') {
      take('=');
      take();
    } else if (tokens[0] === '->') {
      take('->');
      const to = take();
      back.arrows.push({ from: name, to, lines: label(attributes()['label']) });
    } else {
      const { label: text } = attributes();
      if (name !== 'node') back.nodes.set(name, label(text));
    }
    take(';');
  }
  take('}');
  expect(tokens).toEqual([]);
  return back;
}

/** The same for Mermaid, whose quoted texts have no escapes, only entity codes. */
function readMermaid(text: string): ReadBack {
  const back: ReadBack = { nodes: new Map(), arrows: [] };
  const shown = (label: string) =>
    label.split('<br/>').map((line) => {
      if (/["`<>]/.test(line)) throw new Error(`not plain text: ${line}`);
      return line.replace(/#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    });
  const [first, ...lines] = text.split('\n');
  if (first !== 'flowchart BT') throw new Error(`no flowchart: ${first}`);
  for (const line of lines) {
    const node = /^ {2}(v\d+)\["([^"]*)"\]$/.exec(line);
    const arrow = /^ {2}(v\d+) -->\|"([^"]*)"\| (v\d+)$/.exec(line);
    if (node) back.nodes.set(node[1] ?? '', shown(node[2] ?? ''));
    else if (arrow)
      back.arrows.push({ from: arrow[1] ?? '', to: arrow[3] ?? '', lines: shown(arrow[2] ?? '') });
    else if (!/^ {2}style v\d+ stroke-width:3px$/.test(line)) throw new Error(`no Mermaid: ${line}`);
  }
  return back;
}

const hostile = fc.oneof(
  fc.string({
    unit: fc.constantFrom('"', '\\', '#', '&', '<', '>', '`', ';', '|', ']', '\n', 'n', '}', '%', 'é', '→'),
  }),
  fc.string({ unit: 'binary' }),
);

const graphs = fc
  .array(fc.tuple(hostile, hostile, fc.constantFrom('active' as const, 'revoked' as const)), {
    minLength: 2,
    maxLength: 6,
  })
  .chain((labels) =>
    fc.tuple(
      fc.constant(labels),
      fc.array(fc.tuple(fc.nat(), fc.nat(), hostile, fc.nat(10_000), fc.boolean()), { maxLength: 6 }),
    ),
  )
  .map(([labels, relations]): LineageGraph => {
    const count = labels.length;
    return {
      nodes: new Map(
        labels.map(([label, kind, state], i) => [
          BigInt(i + 1),
          { versionId: BigInt(i + 1), label, kind, state },
        ]),
      ),
      edges: relations.map(([a, b, type, royaltyBps, absolute]) => {
        const child = 2 + (a % (count - 1));
        return { child: BigInt(child), parent: BigInt(1 + (b % (child - 1))), type, royaltyBps, absolute };
      }),
    };
  });

const plain = (text: string) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');

test.each([
  ['DOT', toDot, readDot],
  ['Mermaid', toMermaid, readMermaid],
])('%s says exactly what the graph says, whatever the labels are', (_, write, parse) => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const back = parse(write({ graph, root: 1n, formatRate: formatBps }));
      expect([...back.nodes]).toEqual(
        [...graph.nodes.values()].map((n) => [
          `v${n.versionId}`,
          [plain(n.label), plain(n.state === 'active' ? n.kind : `${n.kind}, ${n.state}`)],
        ]),
      );
      expect(back.arrows).toEqual(
        graph.edges.map((e) => ({
          from: `v${e.child}`,
          to: `v${e.parent}`,
          lines: [plain(e.type), `${formatBps(e.royaltyBps)}${e.absolute ? ' absolute' : ''}`],
        })),
      );
    }),
    { numRuns: process.env['SAHARA_DEPTH'] === 'deep' ? 5_000 : 300 },
  );
});

test('the parsers of this test refuse what is not of these languages', () => {
  expect(() => readDot('digraph lineage { v1 [label="a" b"]; }')).toThrow();
  expect(() => readMermaid('flowchart BT\n  v1["a"b"]')).toThrow();
});

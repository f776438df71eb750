import type { LineageGraph } from './lineage-graph.ts';

export type Diagram = {
  graph: LineageGraph;
  /** The version that stands out. */
  root: bigint;
  formatRate: (bps: number) => string;
};

/** The lineage in Graphviz's language, an arrow from each child to its parent. Render it with: dot -Tsvg. */
export function toDot({ graph, root, formatRate }: Diagram): string {
  const lines = ['digraph lineage {', '  rankdir=BT;', '  node [shape=box];'];
  for (const { versionId, label, kind, state } of graph.nodes.values()) {
    const text = dotText(label, state === 'active' ? kind : `${kind}, ${state}`);
    const more = `${versionId === root ? ', penwidth=2' : ''}${state === 'active' ? '' : ', style=dashed'}`;
    lines.push(`  v${versionId} [label=${text}${more}];`);
  }
  for (const { child, parent, type, royaltyBps, absolute } of graph.edges) {
    const text = dotText(type, `${formatRate(royaltyBps)}${absolute ? ' absolute' : ''}`);
    lines.push(`  v${child} -> v${parent} [label=${text}];`);
  }
  return [...lines, '}'].join('\n');
}

/** The lineage as a Mermaid flowchart, an arrow from each child to its parent. */
export function toMermaid({ graph, root, formatRate }: Diagram): string {
  const lines = ['flowchart BT'];
  for (const { versionId, label, kind, state } of graph.nodes.values())
    lines.push(`  v${versionId}[${mermaidText(label, state === 'active' ? kind : `${kind}, ${state}`)}]`);
  for (const { child, parent, type, royaltyBps, absolute } of graph.edges) {
    const text = mermaidText(type, `${formatRate(royaltyBps)}${absolute ? ' absolute' : ''}`);
    lines.push(`  v${child} -->|${text}| v${parent}`);
  }
  return [...lines, `  style v${root} stroke-width:3px`].join('\n');
}

/**
 * Lines of text as one quoted string of the DOT language. Within quotes only " ends the string; \ begins an escape of
 * labels, and & an HTML entity, so all three are written as themselves (graphviz.org, "The DOT Language", escString).
 */
function dotText(...lines: string[]): string {
  const escaped = lines.map((line) =>
    plain(line).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"'),
  );
  return `"${escaped.join('\\n')}"`;
}

/**
 * Lines of text as a quoted Mermaid label. Quotes cannot be escaped there but by entity codes, which begin with #; a
 * backtick would begin Markdown, and angle brackets HTML.
 */
function mermaidText(...lines: string[]): string {
  const escaped = lines.map((line) => plain(line).replace(/[#"`<>&\\]/g, (c) => `#${c.charCodeAt(0)};`));
  return `"${escaped.join('<br/>')}"`;
}

/** On its line: whatever is no visible character becomes a space. */
function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
}

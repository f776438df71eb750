import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { printable } from '../base/printable.ts';
import { suggest } from '../base/suggest.ts';

export type Problem = { line: number; path: string; reason: string };

/** A value in a YAML file that knows where it stands. Reading a wrong one notes a problem and goes on. */
export type YamlValue = {
  readonly path: string;
  /** Notes that this value is wrong. */
  fault(reason: string): void;
  /** The fields of a mapping; every other field, and each one given twice, is noted. */
  fields(known: readonly string[]): (name: string) => YamlValue | undefined;
  /** The items of a list; a list that is absent or wrong has none. */
  items(): YamlValue[];
  isList(): boolean;
  isMap(): boolean;
  /** The text in a field, if there is one; notes nothing. */
  peek(name: string): string | undefined;
  text(): string | undefined;
  /** A plain number as it is written in the file, so that no digit of it is lost. */
  decimal(): string | undefined;
};

/**
 * Reads a YAML 1.2 text as one value whose faults are collected, not thrown: a user sees all at once.
 */
export function readYaml(text: string): {
  root: YamlValue | undefined;
  problems: Problem[];
  note: (problem: Problem) => void;
} {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true });
  const problems: Problem[] = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    path: '',
    reason: `it is not YAML: ${printable(error.message)}`,
  }));
  const note = (problem: Problem) => {
    problems.push(problem);
  };
  const root = problems.length > 0 ? undefined : valueAt(document.contents, '', 1, { document, lines, note });
  return { root, problems, note };
}

type Source = { document: Document; lines: LineCounter; note: (problem: Problem) => void };

function valueAt(given: unknown, path: string, parentLine: number, source: Source): YamlValue {
  const node = resolve(given, source.document);
  // An alias is faulted where it stands, not where its anchor does.
  const line = lineOf(given, source.lines) ?? parentLine;
  const fault = (reason: string) => source.note({ line, path: printable(path), reason });
  const child = (of: unknown, name: string | number) => {
    const at = typeof name === 'number' ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    return valueAt(of, at, line, source);
  };
  return {
    path,
    fault,
    isList: () => isSeq(node),
    isMap: () => isMap(node),
    peek(name) {
      const found = isMap(node) ? resolve(node.get(name, true), source.document) : undefined;
      return isScalar(found) && typeof found.value === 'string' ? found.value : undefined;
    },
    fields(known) {
      const found = new Map<string, YamlValue>();
      if (!isMap(node)) {
        fault(`it must be a mapping with the fields ${known.join(', ')}`);
        return () => undefined;
      }
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : String(key);
        if (known.includes(name)) found.set(name, child(value ?? key, name));
        else child(key, name).fault(unknownField(name, known));
      }
      return (name) => found.get(name);
    },
    items() {
      if (isSeq(node)) return node.items.map((item, i) => child(item, i));
      fault('it must be a list');
      return [];
    },
    text() {
      if (isScalar(node) && typeof node.value === 'string' && node.value !== '') return node.value;
      fault(
        isScalar(node) && node.value !== null && node.value !== ''
          ? 'it must be a text (quote it)'
          : 'it must be a text',
      );
      return undefined;
    },
    decimal() {
      if (isScalar(node) && typeof node.value === 'number') {
        const written = node.source ?? String(node.value);
        if (/^-?\d+(\.\d+)?$/.test(written)) return written;
      }
      fault('it must be a plain number');
      return undefined;
    },
  };
}

function unknownField(name: string, known: readonly string[]): string {
  const near = suggest(name, known);
  return `there is no such field${near ? `; did you mean "${near}"?` : `; known are ${known.join(', ')}`}`;
}

function resolve(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function lineOf(node: unknown, lines: LineCounter): number | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range ? lines.linePos(range[0]).line : undefined;
}

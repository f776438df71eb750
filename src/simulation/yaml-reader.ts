import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { printable } from '../base/printable.ts';
import { suggest } from '../base/suggest.ts';

/** A field of a mapping by its name; undefined when it is absent. */
export type Fields = (name: string) => YamlValue | undefined;

export type Problem = { line: number; path: string; reason: string };

/** A value in a YAML file that knows where it stands. Reading a wrong one notes a problem and goes on. */
export type YamlValue = {
  readonly path: string;
  /** Notes that this value is wrong. */
  fault(reason: string): void;
  /**
   * The fields of a mapping. Any other field is noted, and each required one that is absent, unless
   * another is a misspelling of it.
   */
  fields(known: { required: readonly string[]; optional?: readonly string[] }): Fields;
  /** The items of a list; a list that is absent or wrong has none. */
  items(): YamlValue[];
  isList(): boolean;
  /** The text in a field, if there is one; notes nothing. */
  peek(name: string): string | undefined;
  text(): string | undefined;
  flag(): boolean | undefined;
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
  const lost = isAlias(given) && node === undefined ? given.source : undefined;
  const fault = (reason: string) => {
    const known = lost === undefined ? reason : `there is no anchor "${printable(lost)}"`;
    source.note({ line, path: printable(path), reason: known });
  };
  const child = (of: unknown, name: string | number) => {
    const at = typeof name === 'number' ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    return valueAt(of, at, line, source);
  };
  return {
    path,
    fault,
    isList: () => isSeq(node),
    peek(name) {
      const found = isMap(node) ? resolve(node.get(name, true), source.document) : undefined;
      return isScalar(found) && typeof found.value === 'string' ? found.value : undefined;
    },
    fields({ required, optional = [] }) {
      const known = [...required, ...optional];
      const found = new Map<string, YamlValue>();
      if (!isMap(node)) {
        fault(`it must be a mapping with the fields ${known.join(', ')}`);
        return () => undefined;
      }
      const misspelt = new Set<string | null>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : String(key);
        if (known.includes(name)) found.set(name, child(value ?? key, name));
        else {
          const near = suggest(name, known);
          misspelt.add(near);
          const advice = near ? `did you mean "${near}"?` : `known are ${known.join(', ')}`;
          child(key, name).fault(`there is no such field; ${advice}`);
        }
      }
      for (const name of required)
        if (!found.has(name) && !misspelt.has(name)) fault(`the field "${name}" is missing`);
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
    flag() {
      if (isScalar(node) && typeof node.value === 'boolean') return node.value;
      fault('it must be true or false');
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

function resolve(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function lineOf(node: unknown, lines: LineCounter): number | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range ? lines.linePos(range[0]).line : undefined;
}

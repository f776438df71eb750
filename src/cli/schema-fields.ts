/** As much of JSON Schema (draft 7) as our documents use. */
export type JsonSchema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  title?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema | JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  definitions?: Record<string, JsonSchema>;
  [more: string]: unknown;
};

/** A field of a command's data. */
export type Field = {
  /** Dotted, as `--fields` takes it; `*` stands for any key. */
  path: string;
  /** What JSON holds there: `digits` is a whole number as a decimal string (wei), `[]` a list, `?` may be left out. */
  type: string;
  /** What it means, with its unit; empty where the name says it all. */
  description: string;
};

/** Every field of a command's data, parents before what they hold. Of a list of things, those of one thing. */
export function listFields(document: JsonSchema): Field[] {
  const found = new Map<string, Field & { types: Set<string>; values: Set<unknown> }>();
  const visit = (schema: JsonSchema, prefix: string, above: readonly JsonSchema[]) => {
    const things = thingsOf(document, schema);
    for (const thing of things) {
      // What holds itself is listed once; the deeper paths work all the same.
      if (above.includes(thing)) continue;
      for (const [key, inner] of entriesOf(thing)) {
        const path = prefix === '' ? key : `${prefix}.${key}`;
        // Also what only one of the alternatives has may be missing.
        const optional = key !== '*' && !things.every((t) => t.required?.includes(key));
        const field = found.get(path) ?? {
          ...{ path, type: '', description: '' },
          ...{ types: new Set<string>(), values: new Set<unknown>() },
        };
        for (const type of typesOf(document, inner)) field.types.add(type);
        for (const value of valuesOf(document, inner)) field.values.add(value);
        if (optional) field.types.add('?');
        field.description ||= inner.description ?? target(document, inner).description ?? '';
        found.set(path, field);
        visit(inner, path, [...above, thing]);
      }
    }
  };
  visit(dataOf(document), '', []);
  return [...found.values()].map(({ types, values, path, description }) => ({
    path,
    type: `${[...types].filter((t) => t !== '?').join('|') || 'any'}${types.has('?') ? '?' : ''}`,
    description: [description, values.size > 1 ? `One of ${[...values].join(', ')}.` : '']
      .filter(Boolean)
      .join(' '),
  }));
}

/** True when a command's data can have something at this path. A key may itself hold dots. */
export function hasField(document: JsonSchema, path: string): boolean {
  const reaches = (schema: JsonSchema, keys: readonly string[]): boolean => {
    if (keys.length === 0) return true;
    if (isAnything(target(document, schema))) return true;
    return thingsOf(document, schema).some((thing) =>
      keys.some((_, i) => {
        const key = keys.slice(0, i + 1).join('.');
        const own = thing.properties?.[key] ?? openValue(thing);
        return own !== undefined && reaches(own, keys.slice(i + 1));
      }),
    );
  };
  return reaches(dataOf(document), path.split('.'));
}

/** The data of a command's envelope; of a document that describes something else, the whole. */
function dataOf(document: JsonSchema): JsonSchema {
  return document.definitions?.['Data'] ?? document;
}

function target(document: JsonSchema, schema: JsonSchema): JsonSchema {
  const name = schema.$ref?.replace('#/definitions/', '');
  const found = name === undefined ? undefined : document.definitions?.[name];
  return found ? target(document, found) : schema;
}

/** The alternatives of a schema, references followed. */
function alternatives(document: JsonSchema, schema: JsonSchema): JsonSchema[] {
  const at = target(document, schema);
  const inner = at.anyOf ?? at.oneOf ?? at.allOf;
  return inner ? inner.flatMap((s) => alternatives(document, s)) : [at];
}

/** The mappings that a schema comes down to, through lists and alternatives. */
function thingsOf(document: JsonSchema, schema: JsonSchema): JsonSchema[] {
  return alternatives(document, schema).flatMap((s) => {
    if (s.items) return [s.items].flat().flatMap((item) => thingsOf(document, item));
    return s.properties || openValue(s) ? [s] : [];
  });
}

function entriesOf(thing: JsonSchema): [string, JsonSchema][] {
  const open = openValue(thing);
  return [...Object.entries(thing.properties ?? {}), ...(open ? [['*', open] as [string, JsonSchema]] : [])];
}

/** What stands under the free keys of a mapping. */
function openValue({ additionalProperties: more }: JsonSchema): JsonSchema | undefined {
  return typeof more === 'object' ? more : undefined;
}

function isAnything(schema: JsonSchema): boolean {
  return Object.keys(schema).every((key) => key === 'description');
}

/** The texts that a field is limited to, where it is. */
function valuesOf(document: JsonSchema, schema: JsonSchema): unknown[] {
  return alternatives(document, schema).flatMap((s) => {
    if (s.items) return [s.items].flat().flatMap((item) => valuesOf(document, item));
    return (s.enum ?? [s.const]).filter((value) => typeof value === 'string');
  });
}

function typesOf(document: JsonSchema, schema: JsonSchema): string[] {
  return alternatives(document, schema).flatMap((s) => {
    if (s.items)
      return [...new Set([s.items].flat().flatMap((i) => typesOf(document, i)))].map((t) => `${t}[]`);
    if (s.pattern === '^-?[0-9]+$') return ['digits'];
    if (s.const !== undefined) return [s.const === null ? 'null' : typeof s.const];
    return [s.type ?? []].flat();
  });
}

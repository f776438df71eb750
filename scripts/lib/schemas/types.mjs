// JSON Schemas of TypeScript types. TypeScript 7 has no JavaScript API, so this uses the 5.9 that the generator brings.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';

const require = createRequire(createRequire(import.meta.url).resolve('ts-json-schema-generator'));
const ts = require('typescript');
const generator = require('ts-json-schema-generator');

/** How JSON holds a bigint: a JSON number would lose wei. */
export const DIGITS = { type: 'string', pattern: '^-?[0-9]+$' };
const HEX = { type: 'string', pattern: '^0x[0-9a-fA-F]*$' };

/** A type that is written down as the schema it has. */
class LiteralSchema extends generator.BaseType {
  constructor(id, schema) {
    super();
    this.id = id;
    this.schema = schema;
  }
  getId() {
    return this.id;
  }
}

const literalParser = (supports, id, schema) => ({
  supportsNode: supports,
  createType: () => new LiteralSchema(id, schema),
});
const literalFormatter = {
  supportsType: (type) => type instanceof LiteralSchema,
  getDefinition: (type) => ({ ...type.schema }),
  getChildren: () => [],
};

const OPTIONS = {
  ...generator.DEFAULT_CONFIG,
  expose: 'export',
  jsDoc: 'extended',
  topRef: false,
  skipTypeCheck: true,
  additionalProperties: false,
  sortProps: false,
};

/**
 * @param files file -> names of types that are added to its end: `{ name: 'Omit<Other, "a">' }`
 * @returns schema(file, name): the schema of such a type, with `definitions`
 */
export function typeSchemas(root, files) {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => {
    const added = files.get(file);
    if (!added) return read(file, ...rest);
    const lines = Object.entries(added).map(([name, type]) => `export type ${name} = ${type};`);
    return ts.createSourceFile(file, `${readFileSync(file, 'utf8')}\n${lines.join('\n')}\n`, rest[0], true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return (file, name) => {
    const parser = generator.createParser(program, OPTIONS, (chain) => {
      chain.addNodeParser(literalParser((n) => n.kind === ts.SyntaxKind.BigIntKeyword, 'bigint', DIGITS));
      chain.addNodeParser(
        literalParser(
          (n) => ts.isTemplateLiteralTypeNode(n) && /^`0x\$\{string\}`$/.test(n.getText()),
          'hex',
          HEX,
        ),
      );
    });
    const formatter = generator.createFormatter(OPTIONS, (chain) => chain.addTypeFormatter(literalFormatter));
    const node = program
      .getSourceFile(file)
      .statements.find((s) => ts.isTypeAliasDeclaration(s) && s.name.text === name);
    try {
      const made = new generator.SchemaGenerator(program, parser, formatter, OPTIONS);
      const { $schema: _dialect, definitions, ...schema } = made.createSchemaFromNodes([node]);
      return tidy({ schema, definitions });
    } catch (error) {
      const reason = error.diagnostic?.messageText ?? error.message;
      throw new Error(
        `${relative(root, file)}: no schema can be made of ${files.get(file)[name]}: ${reason}`,
      );
    }
  };
}

/** Descriptions without what only TSDoc understands, and on one line. */
function tidy(value) {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'description' && typeof inner === 'string'
        ? inner
            .replace(/\{@link\s+([\w.]+)\s*\}/g, '$1')
            .replace(/\s+/g, ' ')
            .replace(/ ([.,;])/g, '$1')
            .trim()
        : tidy(inner),
    ]),
  );
}

/** The commands of src/commands: `{ command, file, data, summary }`, `data` being the text of their result's type. */
export function commandTypes(root) {
  const folder = join(root, 'src', 'commands');
  return readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
    .flatMap((path) => {
      const file = join(folder, path);
      const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
      const command = path
        .slice(0, -'.ts'.length)
        .split(sep)
        .join(' ')
        .replace(/ ?\bindex$/, '');
      const found = source.statements.filter(ts.isClassDeclaration).flatMap((c) => declared(c, source));
      return found.map((f) => ({ command, file, ...f }));
    });
}

/** What `class X extends SaharaCommand<typeof X, T>` says: T, and its summary. */
function declared(node, source) {
  const base = node.heritageClauses?.flatMap((h) => [...h.types]).find((t) => t.typeArguments?.length === 2);
  if (base?.expression.getText(source) !== 'SaharaCommand') return [];
  const summary = node.members.find((m) => m.name?.getText(source) === 'summary')?.initializer;
  return [
    {
      data: base.typeArguments[1].getText(source),
      summary: summary && ts.isStringLiteralLike(summary) ? summary.text : '',
    },
  ];
}

/** The rows of the error table: `{ name, file, params, code, kind, title }`, `params` being the text of the type. */
export function errorRows(root) {
  const folder = join(root, 'src', 'base', 'errors-table');
  const rows = [];
  for (const path of readdirSync(folder).sort()) {
    if (!path.endsWith('.ts') || path.endsWith('.test.ts')) continue;
    const file = join(folder, path);
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node) => {
      if (ts.isPropertyAssignment(node) && ts.isCallExpression(node.initializer)) {
        const { expression, typeArguments, arguments: given } = node.initializer;
        if (expression.getText(source) === 'row' && typeArguments?.length === 1 && given[0]) {
          const text = (key) =>
            given[0].properties.find((p) => p.name?.getText(source) === key)?.initializer?.text ?? '';
          rows.push({
            name: node.name.getText(source),
            file,
            params: typeArguments[0].getText(source),
            ...Object.fromEntries(['code', 'kind', 'title'].map((key) => [key, text(key)])),
          });
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return rows;
}

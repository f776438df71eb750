// The schema documents that the toolkit ships, each complete in itself: file name -> document.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandTypes, errorRows, typeSchemas } from './types.mjs';
import { worded } from './words.mjs';

const DIALECT = 'http://json-schema.org/draft-07/schema#';
const ref = (name) => ({ $ref: `#/definitions/${name}` });
const closed = (properties, optional = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
  additionalProperties: false,
});

/** @returns a map of file name to document, in the order of their names */
export async function schemaDocuments(root) {
  const commands = commandTypes(root);
  const rows = errorRows(root);
  const envelopeFile = join(root, 'src', 'cli', 'envelope.ts');
  const linesFile = join(root, 'src', 'cli', 'event-lines.ts');
  const files = new Map([
    [envelopeFile, { EnvelopeMeta: "Envelope['meta']", EnvelopeError: "NonNullable<Envelope['error']>" }],
    [linesFile, { BriefLine: 'Exclude<EventLine, ResultLine>' }],
  ]);
  for (const { file, data } of commands) files.set(file, { CommandData: data });
  for (const { file, name, params } of rows)
    files.set(file, { ...files.get(file), [`Params_${name}`]: params });
  const schemaOf = typeSchemas(root, files);

  const meta = schemaOf(envelopeFile, 'EnvelopeMeta');
  const error = schemaOf(envelopeFile, 'EnvelopeError');
  const shared = {
    Meta: { ...meta.schema, description: 'About this run. `next`: commands that are worth running now.' },
    Error: { ...error.schema, description: 'See: sahara explain CODE, and sahara schema error.' },
    ...meta.definitions,
    ...error.definitions,
  };
  const warnings = { type: 'array', items: { type: 'string' }, description: 'In the order of their coming.' };
  const success = (command, data) =>
    closed({ ok: { const: true }, command, data, warnings, meta: ref('Meta') });
  const failure = (command, given = ref('Error')) =>
    closed({ ok: { const: false }, command, error: given, warnings, meta: ref('Meta') });
  const anyCommand = { type: 'string', description: 'As typed, without flags: "asset show".' };

  const documents = {};
  for (const { command, file, summary } of commands) {
    const { schema, definitions } = worded(schemaOf(file, 'CommandData'));
    documents[command === '' ? 'sahara' : command.replaceAll(' ', '.')] = {
      $schema: DIALECT,
      title: `sahara ${command} --json`.replace('  ', ' '),
      description: summary,
      oneOf: [ref('Success'), ref('Failure')],
      definitions: joined(command, {
        ...{ Success: success({ const: command }, ref('Data')), Failure: failure({ const: command }) },
        ...{ Data: schema, ...shared },
        also: definitions,
      }),
    };
  }
  const brief = schemaOf(linesFile, 'BriefLine');
  documents.events = {
    $schema: DIALECT,
    title: 'A line of --output ndjson',
    description: 'Events as they happen, and the envelope as the last line. Its data is that of the command.',
    oneOf: [...branches(brief.schema), ref('ResultLine')],
    definitions: joined('events', {
      ResultLine: {
        oneOf: [success(anyCommand, {}), failure(anyCommand)].map(({ properties, required, ...rest }) => ({
          ...rest,
          properties: { type: { const: 'result' }, ...properties },
          required: ['type', ...required],
        })),
        description: 'The envelope.',
      },
      ...shared,
      also: brief.definitions,
    }),
  };
  documents.error = errorDocument(rows, schemaOf, failure(anyCommand, ref('AnyError')), shared);
  const module = (path) => import(pathToFileURL(join(root, 'src', path)).href);
  documents.config = { $schema: DIALECT, ...(await module('config/json-schema.ts')).configSchema() };
  documents.manifest = { $schema: DIALECT, ...(await module('assets/manifest-schema.ts')).manifestSchema() };
  return new Map(
    Object.keys(documents)
      .sort()
      .map((name) => [`${name}.schema.json`, documents[name]]),
  );
}

/** What any failed command prints, with the parameters of each error of the table. */
function errorDocument(rows, schemaOf, root, shared) {
  const variants = {};
  let also = {};
  for (const { name, file, code, kind, title } of rows) {
    const { schema, definitions } = schemaOf(file, `Params_${name}`);
    also = { ...also, ...definitions };
    variants[name] = {
      description: title,
      properties: { code: { const: code }, name: { const: name }, kind: { const: kind }, params: schema },
    };
  }
  return {
    $schema: DIALECT,
    title: 'What a failed command prints with --json',
    description: 'The envelope of any failure; `error.name` says which parameters there are.',
    ...root,
    definitions: joined('error', {
      AnyError: {
        allOf: [
          ref('Error'),
          {
            type: 'object',
            properties: { name: { enum: Object.keys(variants) } },
            oneOf: Object.keys(variants).map(ref),
          },
        ],
      },
      ...Object.fromEntries(
        Object.entries(variants).map(([name, v]) => [name, { type: 'object', ...v, required: ['name'] }]),
      ),
      ...shared,
      also,
    }),
  };
}

const branches = (schema) => schema.anyOf ?? [schema];

/** Definitions in the order of their names; two of one name must be the same. */
function joined(document, { also = {}, ...own }) {
  for (const name of Object.keys(also))
    if (name in own && JSON.stringify(own[name]) !== JSON.stringify(also[name]))
      throw new Error(
        `${document}: the name ${name} stands for something else in every schema; rename the type`,
      );
  const all = { ...own, ...also };
  return Object.fromEntries(
    Object.keys(all)
      .sort()
      .map((name) => [name, all[name]]),
  );
}

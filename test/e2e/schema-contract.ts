import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

const FOLDER = join(import.meta.dirname, '../../schemas');

const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true });
const added = new Set<string>();

const document = (name: string): unknown =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.schema.json`), 'utf8'));

/** The schema of one part of a shipped document, compiled when it is first needed; undefined where there is none. */
function validator(name: string, part: string): ValidateFunction | undefined {
  if (!existsSync(join(FOLDER, `${name}.schema.json`))) return undefined;
  if (!added.has(name)) ajv.addSchema(document(name) as object, name);
  added.add(name);
  return ajv.getSchema(`${name}#${part}`);
}

/**
 * What in the output of a command line does not keep to the shipped schemas, a sentence each. Looks at what was asked for
 * as JSON or NDJSON; a process that was killed may have left half a line.
 *
 * @param stdout of a process that has ended
 */
export function contractProblems(args: readonly string[], stdout: string): string[] {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const asked = own.join(' ');
  const lines = /(--output|-o)[ =]?ndjson/.test(asked);
  if (!lines && !own.includes('--json') && !/(--output|-o)[ =]?json/.test(asked)) return [];
  const texts = lines ? stdout.split('\n').slice(0, -1) : stdout === '' ? [] : [stdout];
  return texts.flatMap((text) => {
    let value: Printed;
    try {
      value = JSON.parse(text) as Printed;
    } catch {
      return [];
    }
    const problems = lines && value.type !== 'result' ? lineProblems(value) : envelopeProblems(value, asked);
    return problems.map((problem) => `sahara ${asked}: ${problem}`);
  });
}

type Printed = { type?: string; ok?: boolean; command?: string; data?: unknown; error?: { name?: string } };

function lineProblems(line: Printed): string[] {
  type Definitions = Record<string, { properties?: { type?: { const?: string } } }>;
  const { definitions } = document('events') as { definitions: Definitions };
  const name = Object.keys(definitions).find((n) => definitions[n]?.properties?.type?.const === line.type);
  return name
    ? check('events', `/definitions/${name}`, line)
    : [`a line of the type "${line.type}", which schemas/events.schema.json does not know`];
}

function envelopeProblems({ type, ...envelope }: Printed, asked: string): string[] {
  if (envelope.ok === false) {
    const problems = check('error', `/definitions/${envelope.error?.name}`, envelope.error);
    return problems.length > 0 ? problems : check('error', '', envelope).slice(0, 3);
  }
  // What --fields selects is a part of what the schema describes.
  if (/--fields/.test(asked))
    return check('events', '/definitions/ResultLine', { type: 'result', ...envelope });
  return check((envelope.command ?? '').replaceAll(' ', '.') || 'sahara', '/definitions/Success', envelope);
}

function check(name: string, part: string, value: unknown): string[] {
  const validate = validator(name, part);
  if (!validate) return [`there is no schema ${name}${part}; run: npm run schemas`];
  return validate(value) ? [] : (validate.errors ?? []).map(sentence);
}

function sentence({ instancePath, keyword, message, params, data }: ErrorObject): string {
  const at = instancePath || '/';
  if (keyword === 'additionalProperties')
    return `${at} has the field "${params['additionalProperty']}", which its schema does not know`;
  return `${at} ${message} ${keyword === 'required' ? '' : JSON.stringify(data)?.slice(0, 120)}`.trim();
}

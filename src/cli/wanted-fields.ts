import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { hasField, listFields } from './schema-fields.ts';
import { readSchema } from './schema-files.ts';

/**
 * The paths of `--fields`, without blanks and repetitions, each of them known to the schema of the command.
 *
 * @param command its words, e.g. "asset show"
 * @throws FIELD_UNKNOWN, USAGE when no field is named
 */
export function checkedFields(command: string, text: string): string[] {
  const fields = [
    ...new Set(
      text
        .split(',')
        .map((f) => f.trim())
        .filter(Boolean),
    ),
  ];
  if (fields.length === 0)
    throw new SaharaError('USAGE', { message: '--fields names no field; write it like id,name.', command });
  const { schema } = readSchema(command);
  const unknown = fields.find((field) => !hasField(schema, field));
  if (unknown === undefined) return fields;
  const known = listFields(schema).map((f) => f.path);
  throw new SaharaError('FIELD_UNKNOWN', {
    command,
    field: unknown,
    suggestion: nearest(unknown, known),
    known,
  });
}

/** The nearest path; where none is near, one that ends in the same word. */
function nearest(field: string, known: readonly string[]): string | null {
  const last = field.split('.').at(-1) ?? field;
  return suggest(field, known) ?? known.find((path) => path.split('.').at(-1) === last) ?? null;
}

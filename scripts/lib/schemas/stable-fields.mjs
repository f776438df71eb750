// The fields of each command's data that scripts may rely on, and what has become of them.
import { listFields } from '../../../src/cli/schema-fields.ts';

/** The commands' own: what is printed for other things is no result of a command. */
const OTHERS = ['config', 'error', 'events', 'manifest'];

/**
 * @param documents file name -> schema
 * @param promised command -> { path: type }, as committed
 * @returns `fields`, promised and new, and `broken`: what was promised and is not so any more, a sentence each
 */
export function fieldsAfter(documents, promised) {
  const now = {};
  for (const [file, schema] of documents) {
    const command = file.replace('.schema.json', '').replaceAll('.', ' ');
    if (!OTHERS.includes(command))
      now[command] = Object.fromEntries(listFields(schema).map(({ path, type }) => [path, type]));
  }
  const broken = [];
  for (const [command, paths] of Object.entries(promised)) {
    if (!now[command]) broken.push(`sahara ${command} is gone, and with it the fields of its result.`);
    else
      for (const [path, type] of Object.entries(paths))
        if (now[command][path] !== type)
          broken.push(
            now[command][path] === undefined
              ? `sahara ${command}: the field ${path} is gone.`
              : `sahara ${command}: the field ${path} was ${type} and is ${now[command][path]}.`,
          );
  }
  const fields = {};
  for (const command of [...new Set([...Object.keys(now), ...Object.keys(promised)])].sort())
    fields[command] = { ...now[command], ...promised[command] };
  return { fields, broken };
}

import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import type { Field } from '../cli/schema-fields.ts';

type Listed = {
  /** What it describes: a command by its words, or config, manifest, events, error. */
  name: string;
  about: string;
  path: string;
};
type Data =
  | { schemas: Listed[] }
  | { name: string; path: string; schema: Record<string, unknown> }
  | { name: string; fields: Field[] };

export default class Schema extends SaharaCommand<typeof Schema, Data> {
  static override summary = 'Print the JSON Schema of what a command prints, or list its fields.';
  static override description =
    'Describes the envelope that --json prints. There are also schemas of settings (config), of sahara.yaml (manifest), of the lines of --output ndjson (events) and of failures (error).';
  static override examples = [
    '<%= config.bin %> schema',
    '<%= config.bin %> schema asset show --list-fields',
    '<%= config.bin %> schema asset show > asset-show.schema.json',
    '<%= config.bin %> schema config',
  ];
  static override strict = false;
  static override args = {
    command: Args.string({ description: 'A command by its words, or config, manifest, events or error.' }),
  };
  static override flags = {
    'list-fields': Flags.boolean({ description: 'List the fields that --fields takes, with their types.' }),
  };

  override async execute({ argv, flags }: Invocation<typeof Schema>): Promise<Outcome<Data>> {
    const [{ readSchema, schemaNames }, { listFields }, { table }] = await Promise.all([
      import('../cli/schema-files.ts'),
      import('../cli/schema-fields.ts'),
      import('../cli/ui/text.ts'),
    ]);
    const name = argv
      .join(' ')
      .replaceAll(/[.:\s]+/g, ' ')
      .trim();
    if (name === '') {
      const schemas = schemaNames()
        .map(readSchema)
        .map(({ name, path, schema }) => ({ name, about: schema.description ?? '', path }));
      return {
        data: { schemas },
        text: () =>
          table(
            ['schema', 'about'],
            schemas.map((s) => [s.name, s.about]),
          ),
        next: [{ command: 'sahara schema asset show --list-fields', when: 'to list the fields of a result' }],
      };
    }
    const found = readSchema(name);
    if (!flags['list-fields']) return { data: found, text: () => JSON.stringify(found.schema, null, 2) };
    const fields = listFields(found.schema);
    return {
      data: { name, fields },
      text: () => {
        const rows = fields.map((f) => [f.path, f.type, f.description]);
        if (process.stdout.isTTY) return table(['field', 'type', 'what it is'], rows);
        return rows.map((row) => row.join('\t').trimEnd()).join('\n');
      },
    };
  }
}

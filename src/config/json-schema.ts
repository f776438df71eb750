import { SETTINGS } from './schema.ts';

type Schema = { [key: string]: unknown };

/** The JSON Schema of a settings file, for editors. */
export function configSchema(): Schema {
  const mapping = (): Schema & { properties: Record<string, Schema> } => ({
    type: 'object',
    properties: {},
    additionalProperties: false,
  });
  const root = mapping();
  for (const { path, check, about, env, initial } of SETTINGS) {
    const keys = path.split('.');
    const last = keys.pop() ?? path;
    let at = root;
    for (const key of keys) {
      const inner = at.properties[key] ?? mapping();
      at.properties[key] = inner;
      at = inner as typeof root;
    }
    at.properties[last] = {
      ...check.schema,
      description: `${about[0]?.toUpperCase()}${about.slice(1)}: ${check.form}. Environment: ${env}.`,
      ...(initial === null ? {} : { default: initial }),
    };
  }
  return {
    title: 'Settings of the Sahara toolkit',
    description: 'sahara.config.{ts,js,mjs,cjs,json,yaml,yml}, or the "sahara" key of package.json.',
    ...root,
    // So that a JSON file can name its schema.
    properties: {
      $schema: { type: 'string', description: 'Where this schema is, for editors.' },
      ...root.properties,
    },
  };
}

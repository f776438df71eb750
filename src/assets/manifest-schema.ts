import { ASSET_KINDS } from '../chain/index.ts';
import { PRESETS, RELATION_TYPES, RIGHT_NAMES } from '../licensing/index.ts';

type Schema = { [key: string]: unknown };

/** Any spelling that the parser takes: in either case, with - for _. */
const spelt = (names: readonly string[]) =>
  `(${names.map((n) => n.replace(/[A-Z]/g, (c) => `[${c}${c.toLowerCase()}]`).replaceAll('_', '[-_]')).join('|')})`;
const RIGHT = spelt(RIGHT_NAMES);
const BETWEEN = '[\\s,+]';

const right: Schema = {
  anyOf: [{ enum: RIGHT_NAMES }, { type: 'string', pattern: `^\\s*${RIGHT}\\s*$` }],
};
const percent: Schema = {
  type: 'string',
  pattern: '^\\s*(0?\\d{1,2}(\\.\\d{1,2})?|100(\\.0{1,2})?)\\s*%\\s*$',
};
const path: Schema = {
  type: 'string',
  // Relative, with /, and not up and out; what a path comes to in the end only the parser can tell.
  pattern: '^(?![\\\\/]|[A-Za-z]:|\\.\\.?/?$|\\.\\./)[^\\\\\\u0000]+$',
};
const orNull = ({ type, ...schema }: Schema): Schema => ({ ...schema, type: [type, 'null'] });
const mapping = (properties: Record<string, Schema>, required: string[]): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const run = (about: string): Schema => ({
  ...orNull(mapping({ run: path }, ['run'])),
  description: about,
});

const terms: Schema = {
  anyOf: [
    { enum: PRESETS.map((p) => p.name), description: 'The name of a preset, see: sahara license presets.' },
    {
      ...mapping(
        {
          preset: { enum: PRESETS.map((p) => p.name), description: 'What the other fields change.' },
          rights: {
            description: 'What a licence allows.',
            anyOf: [
              { type: 'array', items: right, minItems: 1 },
              { type: 'string', pattern: `^${BETWEEN}*${RIGHT}(${BETWEEN}+${RIGHT})*${BETWEEN}*$` },
            ],
          },
          royalty: {
            ...percent,
            description: "What a child's version owes of its revenue, such as 12.5%; at most two decimals.",
          },
          price: {
            description: 'Price of one licence in SAHARA; 0 for nothing.',
            anyOf: [
              { type: 'number', minimum: 0 },
              { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*([sS][aA][hH][aA][rR][aA])?\\s*$' },
            ],
          },
          period: {
            type: 'string',
            pattern: '^\\s*\\d{1,7}\\s*[dhms]\\s*$',
            description: 'How long a licence lasts: 30d, 12h, 90m. For ever where it is left out.',
          },
          absolute: {
            type: 'boolean',
            description: 'The royalty is a share of the direct payments to every descendant.',
          },
          expires: {
            type: 'string',
            pattern: '^\\s*\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2})?Z)?\\s*$',
            description: 'The day (UTC) from which these terms grant nothing more: 2027-01-31.',
          },
          ceiling: {
            description:
              'The most that what is built on it may be paid directly, in SAHARA; 0 without limit.',
            anyOf: [
              { type: 'number', minimum: 0 },
              { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*([sS][aA][hH][aA][rR][aA])?\\s*$' },
            ],
          },
          calls: {
            description: 'How many calls one licence allows; 0 without limit.',
            anyOf: [
              { type: 'integer', minimum: 0 },
              { type: 'string', pattern: '^\\s*\\d+\\s*$' },
            ],
          },
          shareAlike: { type: 'boolean', description: 'What is built on it stays under the same terms.' },
          attribution: { type: 'boolean', description: 'Whoever builds on it names it.' },
          transferable: { type: 'boolean', description: 'A licence can be passed on.' },
          restrictions: {
            description: 'Uses that are ruled out, such as no-military.',
            anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }],
          },
          text: {
            type: 'string',
            minLength: 1,
            maxLength: 64,
            description: 'SPDX id or another reference to the licence text, 1 to 64 bytes.',
          },
        },
        [],
      ),
      anyOf: [{ required: ['preset'] }, { required: ['rights', 'text'] }],
    },
  ],
};

/**
 * The JSON Schema of sahara.yaml, for editors. It takes everything that `checkManifest` takes; what it cannot say, such
 * as that a card lies below the content, only the parser refuses. A test holds them together.
 */
export function manifestSchema(): Schema {
  return {
    title: 'sahara.yaml',
    description: 'What the folder of an asset says about it.',
    ...mapping(
      {
        kind: { enum: ASSET_KINDS, description: 'What the asset is.' },
        name: {
          type: 'string',
          pattern: '^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$',
          description: '1 to 31 characters of a-z, 0-9 and -; one of its publisher has it once.',
        },
        description: { type: ['string', 'null'], maxLength: 1000, description: 'One line for people.' },
        content: {
          ...orNull(path),
          default: 'content',
          description: 'The folder that is published, below this one.',
        },
        card: { ...path, description: 'The file in the content that describes the asset to people.' },
        terms: {
          type: ['array', 'null'],
          items: terms,
          maxItems: 8,
          description: 'What it is offered under.',
        },
        relations: {
          type: ['array', 'null'],
          maxItems: 64,
          description: 'What it rests on.',
          items: mapping(
            {
              type: { enum: RELATION_TYPES, description: 'How it rests on that.' },
              asset: {
                type: ['string', 'number'],
                description: 'Id, name or publisher/name, with @N for a version.',
              },
            },
            ['type', 'asset'],
          ),
        },
        contributors: {
          ...orNull(
            mapping(
              {
                share: {
                  ...percent,
                  not: { pattern: '^\\s*0+(\\.0+)?\\s*%\\s*$' },
                  description: 'Their share of what stays with the version, such as 40%.',
                },
                file: { ...path, description: 'CSV of addresses and weights.' },
              },
              ['share', 'file'],
            ),
          ),
          description: 'Who made it, and how its revenue is split among them.',
        },
        build: run('The script that makes the content, run by sahara build.'),
        agent: run('The script in the content that answers, for sahara agent run.'),
      },
      ['kind', 'name'],
    ),
    if: { required: ['agent'], properties: { agent: { type: 'object' } } },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
    then: { properties: { kind: { const: 'agent' } } },
  };
}

import { note, ok, type Run, skipped } from '../check.ts';

/** Names and tables have characters beyond ASCII in them. */
export const run: Run = ({ env }) => {
  if (process.platform === 'win32') return skipped('Windows terminals take UTF-8.');
  const [name, value] = (['LC_ALL', 'LC_CTYPE', 'LANG'] as const)
    .map((n) => [n, env[n]] as const)
    .find(([, v]) => v) ?? ['LANG', undefined];
  if (value !== undefined && /utf-?8/i.test(value)) return ok(`The locale is ${value}.`);
  return note(
    value === undefined
      ? 'No locale is set; characters beyond ASCII may be shown wrongly.'
      : `The locale ${value} is not UTF-8; characters beyond ASCII may be shown wrongly.`,
    { remedy: [{ command: `export ${name}=C.UTF-8`, when: 'to have a UTF-8 locale in this shell' }] },
  );
};

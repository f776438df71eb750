import type { Explanation } from '../explain.ts';
import { bold, dim, fields, table } from './text.ts';

/** One error for people: what it is first, what to do about it last. */
export function explanationText(error: Explanation): string {
  const { message, next } = error.example;
  return [
    `${bold(`${error.code}  ${error.title}`)}`,
    '',
    fields([
      ['name', error.name],
      ['about', error.room],
      ['kind', `${error.kind}, exit code ${error.exitCode}`],
      [
        'retry',
        error.retryable ? 'may help, with nothing changed' : 'does not help until something is changed',
      ],
    ]),
    '',
    `${bold('Why')}\n  ${error.why}`,
    '',
    `${bold('Fix')}\n  ${error.fix}`,
    '',
    `${bold('For example')}\n  ${message}`,
    ...next.map((step) => `    ${step.command}   ${dim(step.when)}`),
  ].join('\n');
}

/** Errors by the part of the toolkit that they belong to. */
export function listText(errors: readonly Explanation[]): string {
  const rooms = [...new Set(errors.map((e) => e.room))];
  return rooms
    .map((room) => {
      const rows = errors
        .filter((e) => e.room === room)
        .map((e) => [e.code, `${e.exitCode}`, e.title, e.name]);
      return `${bold(room)}\n${table(['code', 'exit>', 'what', 'name'], rows)}`;
    })
    .join('\n\n');
}

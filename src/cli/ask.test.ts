import { expect, test } from 'vitest';
import { SaharaError } from '../base/errors.ts';
import { problemWith } from './answers.ts';
import { askFor, type Question } from './ask.ts';
import { canAsk } from './prompts.ts';

const asking = (yes = false) => ({
  output: { format: 'json' as const, note: () => {} },
  signal: new AbortController().signal,
  command: 'new',
  yes,
});
type Name = 'KIND' | 'NAME' | '--from' | '--node';
const question = (name: Name, more: Partial<Question<Name>> = {}): Question<Name> => ({
  name,
  about: `what ${name} is`,
  message: `${name}?`,
  given: undefined,
  ...more,
});

test('without somebody to ask, one error names all that is missing', async () => {
  const questions = [
    question('KIND'),
    question('NAME', { proposal: 'my-data' }),
    question('--from', { optional: true }),
  ];
  await expect(askFor(asking(), questions)).rejects.toMatchObject({
    id: 'USAGE',
    message: 'new needs KIND (what KIND is), NAME (what NAME is).',
  });
});

test('--yes takes what is proposed, and asks for nothing else', async () => {
  const questions = [
    question('KIND', { given: 'model' }),
    question('NAME', { proposal: ({ KIND }) => `my-${KIND}` }),
    question('--from', {
      optional: true,
      choices: () => {
        throw new Error('looked for what nobody chooses from');
      },
    }),
  ];
  expect(await askFor(asking(true), questions)).toEqual({ KIND: 'model', NAME: 'my-model', '--from': '' });
  await expect(askFor(asking(true), [question('KIND')])).rejects.toMatchObject({ id: 'USAGE' });
});

test('what is optional takes its proposal where nobody is asked', async () => {
  const optional = question('--node', { optional: true, proposal: 'auto' });
  expect(await askFor(asking(), [optional])).toEqual({ '--node': 'auto' });
  expect(await askFor(asking(), [{ ...optional, given: 'kubo' }])).toEqual({ '--node': 'kubo' });
});

test('nobody is asked where the output is for a program', () => {
  expect(canAsk('json')).toBe(false);
  expect(canAsk('ndjson')).toBe(false);
  expect(canAsk('text', true)).toBe(false);
});

test('a wrong answer is told in the words of the error that a flag would give', async () => {
  const refuse = () => {
    throw new SaharaError('NAME_INVALID', { name: 'X' });
  };
  expect(await problemWith('X', refuse)).toMatch(/"X" cannot be the name.*1 to 26 characters/s);
  expect(await problemWith('x', () => {})).toBeUndefined();
});

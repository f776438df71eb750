import { expect, test } from 'vitest';
import { momentText, parseTimeTarget, spanText } from './span.ts';

test.for([
  ['+30d', { by: 2_592_000 }],
  ['+1y2d', { by: 31_708_800 }],
  ['+1w', { by: 604_800 }],
  ['+1h30m', { by: 5400 }],
  ['+90s', { by: 90 }],
  ['-1d', { by: -86_400 }],
  ['2031-01-01', { at: 1_924_992_000 }],
  ['2031-01-01T12:00', { at: 1_925_035_200 }],
  ['2031-01-01T12:00:00Z', { at: 1_925_035_200 }],
  ['2031-01-01 12:00:00+02:00', { at: 1_925_028_000 }],
] as const)('%s is a time', ([text, target]) => {
  expect(parseTimeTarget(text)).toEqual(target);
});

test.for([
  '',
  '30d',
  '+30',
  '+d',
  '+1.5d',
  '+99999999999d',
  '2031-02-30',
  '2031-13-01',
  '2031-1-1',
  '2031-01-01T25:00',
  'tomorrow',
  '1924992000',
])('"%s" is none', (text) => {
  expect(parseTimeTarget(text)).toBeUndefined();
});

test.for([
  [0, '0 seconds'],
  [59, '59 seconds'],
  [5400, '1 hour 30 minutes'],
  [2_592_000, '30 days'],
  [-86_401, '1 day 1 second'],
  [31_536_000 + 86_400 + 5, '1 year 1 day'],
] as const)('%i seconds are %s', ([seconds, text]) => {
  expect(spanText(seconds)).toBe(text);
});

test('a moment is written without a fraction', () => {
  expect(momentText(1_924_992_000)).toBe('2031-01-01T00:00:00Z');
});

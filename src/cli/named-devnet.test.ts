import { expect, test } from 'vitest';
import { inDevnet } from './named-devnet.ts';

const steps = (commands: string[]) => commands.map((command) => ({ command, when: 'to do it' }));

test('steps after a command that named a devnet are about that devnet', () => {
  const given = [
    'sahara devnet start',
    'SAHARA_CONTENT_NODE=embedded sahara devnet start',
    'sahara devnet stop --name other',
    'sahara devnet list',
    'sahara devnet run -- npm test',
    'sahara asset list',
    'sahara new dataset my-data',
    'sahara explain SAH-2001',
    'kill 12',
  ];
  expect(inDevnet(steps(given), undefined).map((s) => s.command)).toEqual(given);
  expect(inDevnet(steps(given), 'ci').map((s) => s.command)).toEqual([
    'sahara devnet start --name ci',
    'SAHARA_CONTENT_NODE=embedded sahara devnet start --name ci',
    'sahara devnet stop --name other',
    'sahara devnet list',
    'sahara devnet run -- npm test',
    'SAHARA_DEVNET=ci sahara asset list',
    'sahara new dataset my-data',
    'sahara explain SAH-2001',
    'kill 12',
  ]);
});

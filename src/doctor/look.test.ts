import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import type { DoctorEnv } from './check.ts';
import { run as leftovers } from './checks/state-leftovers.ts';
import { run as owner } from './checks/state-owner.ts';

const folder = mkdtempSync(join(tmpdir(), 'sahara-look-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes folders and removes them again, as probes of other doctors do. */
const NEIGHBOUR = `
  const { mkdirSync, rmSync } = require('node:fs');
  const { workerData, parentPort } = require('node:worker_threads');
  let going = true;
  parentPort.on('message', () => { going = false; });
  const round = () => {
    for (let i = 0; i < 50; i++) mkdirSync(workerData + '/.sahara-doctor-' + i);
    for (let i = 0; i < 50; i++) rmSync(workerData + '/.sahara-doctor-' + i, { recursive: true });
    if (going) setImmediate(round);
    else process.exit();
  };
  round();
  parentPort.postMessage('begun');
`;

test('what others make and remove while we look is no problem', async () => {
  const neighbour = new Worker(NEIGHBOUR, { eval: true, workerData: folder });
  await new Promise((resolve) => neighbour.once('message', resolve));
  const env = { project: { stateDir: folder } } as DoctorEnv;
  for (let i = 0; i < 400; i++)
    for (const run of [leftovers, owner]) expect((await run(env)).status).not.toBe('problem');
  neighbour.postMessage('enough');
  await new Promise((resolve) => neighbour.once('exit', resolve));
});

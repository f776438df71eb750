import { expect, test } from 'vitest';
import type { ErrorKind } from '../../src/base/errors.ts';
import { expectPasteable } from '../e2e/next-steps.ts';
import type { World } from '../e2e/support.ts';

/** As somebody meets it: a command line, refused alike as text and as JSON. */
type ByCommand = {
  run: string[];
  says?: RegExp;
  /** Brings the world into the state in which the command is refused; what it returns is undone afterwards. */
  given?: () => unknown;
  cwd?: string;
  env?: () => Record<string, string>;
};

/** As a script meets it: a function of a room, with real inputs. For what no command comes to, or only after a long time. */
type ByCall = { call: () => unknown; says?: RegExp };

/** What neither says: a test of its own. */
type ByHand = () => Promise<void>;

type Row = { code: string; kind: ErrorKind };

export type Provocation = ByCommand | ByCall | ByHand;

/** Written down here once more: a test must not share it with the code. */
const EXIT: Record<ErrorKind, number> = {
  failed: 1,
  usage: 2,
  'not-found': 3,
  denied: 4,
  conflict: 5,
  unavailable: 6,
  verification: 7,
};

/** One test for each error of a room's table. The type of `provocations` is what makes an error that is forgotten an error. */
export function provokeEach<T extends Record<string, Row>>(
  world: World,
  errors: T,
  provocations: Record<keyof T & string, Provocation>,
): void {
  for (const [name, provocation] of Object.entries(provocations) as [keyof T & string, Provocation][]) {
    const row = errors[name] as Row;
    test(`${name} (${row.code})`, async () => {
      if (typeof provocation === 'function') await provocation();
      else if ('call' in provocation) await expectThrown(name, provocation);
      else await expectRefused(world, name, row, provocation);
    });
  }
}

async function expectRefused(
  world: World,
  name: string,
  { code, kind }: Row,
  { run, says, given, cwd, env }: ByCommand,
): Promise<void> {
  const undo = await given?.();
  try {
    const error = await world.refused(
      run,
      { code, exit: EXIT[kind], ...(says ? { says } : {}) },
      { ...(cwd === undefined ? {} : { cwd }), ...(env ? { env: env() } : {}) },
    );
    expect({ name: error.name, kind: error.kind }).toEqual({ name, kind });
  } finally {
    if (typeof undo === 'function') await undo();
  }
}

async function expectThrown(name: string, { call, says }: ByCall): Promise<void> {
  const thrown = await Promise.resolve()
    .then(call)
    .then(
      (result) => Promise.reject(new Error(`nothing was thrown: ${String(result)}`)),
      (error: unknown) => error as { next: { command: string; when: string }[]; message: string },
    );
  expect(thrown).toMatchObject({ name: 'SaharaError', id: name });
  if (says) expect(thrown.message).toMatch(says);
  expectPasteable(thrown.next);
}

import { BaseSequencer } from 'vitest/node';

/**
 * What takes longest, at depth or on any day: begun last it would run alone at the end of everything. Vitest goes by size
 * where it has seen no run, and some of these are small. The longest first.
 */
const LONG = [
  'test/e2e/durability.test.ts',
  'test/e2e/snapshots.test.ts',
  'test/e2e/journeys.test.ts',
  'test/e2e/life.test.ts',
];

const rank = ({ moduleId }) => {
  const at = LONG.findIndex((file) => moduleId.endsWith(file));
  return at < 0 ? LONG.length : at;
};

/** Vitest's own order of files, but for the long ones. Of each project by itself, as groups run one after the other. */
export default class LongFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    return projects.flatMap((name) =>
      sorted.filter(({ project }) => project.name === name).toSorted((a, b) => rank(a) - rank(b)),
    );
  }
}

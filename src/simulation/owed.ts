import { isError } from '../base/errors.ts';
import { createBooks } from '../revenue/model.ts';
import type { ParentTerms } from '../revenue/model-types.ts';
import type { ScenarioAsset, ScenarioRelation } from './scenario.ts';

/** A scenario's relations as the books know them. @param id version id in the books of each asset */
export function parentsOf(
  relations: readonly ScenarioRelation[],
  id: (asset: string) => number,
): ParentTerms[] {
  return relations.map(({ asset, royaltyBps, absolute, ceiling }) => ({
    version: id(asset),
    royaltyBps,
    policy: absolute ? 'ABSOLUTE' : 'RELATIVE',
    ...(ceiling === undefined ? {} : { ceiling }),
  }));
}

/**
 * Says of one asset after the other why it cannot have its relations, in words for the person who wrote them. The
 * model itself is asked, so that what is inherited counts. Unknown parents are left to whoever knows the names.
 */
export function relationChecker(): (asset: Pick<ScenarioAsset, 'name' | 'relations'>) => string | null {
  const books = createBooks();
  const names: string[] = [];
  return ({ name, relations }) => {
    const known = relations.filter((r) => names.includes(r.asset));
    const version = names.push(name);
    books.setOwner(version, name);
    const open = (of: readonly ScenarioRelation[]) =>
      books.openVersion({
        version,
        asset: version,
        parents: parentsOf(of, (parent) => names.indexOf(parent) + 1),
      });
    try {
      open(known);
      return null;
    } catch (error) {
      open([]); // those that build on it are judged without it
      return inWords(error, names);
    }
  };
}

function inWords(error: unknown, names: readonly string[]): string {
  if (isError(error, 'REVENUE_ROYALTIES_TOO_HIGH')) {
    const { totalBps, ancestor } = error.params;
    return `the royalties add up to ${totalBps / 100} % with what is owed to "${names[ancestor - 1]}", more than all`;
  }
  if (isError(error, 'REVENUE_OBLIGATIONS_TOO_MANY'))
    return `it would owe absolute royalties to more than ${error.params.maximum} assets`;
  if (isError(error, 'REVENUE_SPLIT_INVALID')) return error.params.reason;
  throw error;
}

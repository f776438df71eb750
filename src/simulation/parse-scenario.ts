import { parseSahara } from '../base/amount.ts';
import { ASSET_KINDS } from '../base/asset-kinds.ts';
import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { RELATION_TYPES } from '../licensing/rights.ts';
import { CEILING_STEP, MAX_CEILING } from '../revenue/model.ts';
import { relationChecker } from './owed.ts';
import {
  type Demand,
  PROTOCOL_ACCOUNT,
  type Scenario,
  type ScenarioAsset,
  type ScenarioRelation,
} from './scenario.ts';
import { type Fields, readYaml, type YamlValue } from './yaml-reader.ts';

const MAX_DAYS = 3_650;
const MAX_PER_DAY = 10_000;
const MAX_BUYERS = 1_000;
const MAX_FEE_BPS = 1_000;
const MAX_RELATIONS = 64;
const PROBLEMS_KEPT = 20;
const NAME = /^[a-z0-9][a-z0-9-]{0,25}$/;

type Range = { min: number; max: number };

/**
 * Reads a scenario from the text of a YAML file. Fields: name, description, seed, days, feePercent (2.5),
 * settleEvery (1), assets [{name, kind, owner, price in SAHARA, relations [{type, asset, royalty in
 * percent, absolute (false): the royalty is of direct payments and is inherited, ceiling in SAHARA (none): the
 * most that may be paid for the asset}], contributors {share in percent, of [{account, weight}]}}], demand
 * [{buyers: names or a count, asset, constant | poisson: {perDay}, from, until}].
 *
 * @param file what to call the text in errors
 * @throws SCENARIO_INVALID with every problem (at most 20), each with its line, path and reason
 */
export function parseScenario(text: string, file = 'scenario.yaml'): Scenario {
  const { root, problems } = readYaml(text);
  const scenario = root ? readScenario(root) : undefined;
  if (scenario && problems.length === 0) return scenario;
  problems.sort((a, b) => a.line - b.line);
  throw new SaharaError('SCENARIO_INVALID', { file, problems: problems.slice(0, PROBLEMS_KEPT) });
}

/** Reads on after a fault, so that all are found; what it returns then is of no use. */
function readScenario(root: YamlValue): Scenario {
  const field = root.fields({
    required: ['seed', 'days', 'assets', 'demand'],
    optional: ['name', 'description', 'feePercent', 'settleEvery'],
  });
  const days = whole(field('days'), { min: 1, max: MAX_DAYS });
  const assets: ScenarioAsset[] = [];
  const list = field('assets')?.items() ?? [];
  if (list.length === 0) field('assets')?.fault('there must be at least one asset');
  // Read ahead, to tell an asset that comes later from one that does not exist.
  const names = list.flatMap((item) => item.peek('name') ?? []);
  const check = relationChecker();
  for (const item of list) assets.push(readAsset(item, assets, names, check));
  return {
    name: field('name')?.text() ?? '',
    description: field('description')?.text() ?? '',
    seed: whole(field('seed'), { min: 0, max: Number.MAX_SAFE_INTEGER }),
    days,
    feeBps: field('feePercent') ? percent(field('feePercent'), { min: 0, max: MAX_FEE_BPS }) : 250,
    settleEvery: field('settleEvery') ? whole(field('settleEvery'), { min: 1, max: MAX_DAYS }) : 1,
    assets,
    demand: (field('demand')?.items() ?? []).map((item) => readDemand(item, names, days)),
  };
}

function readAsset(
  item: YamlValue,
  before: readonly ScenarioAsset[],
  all: readonly string[],
  check: ReturnType<typeof relationChecker>,
): ScenarioAsset {
  const field = item.fields({
    required: ['name', 'kind', 'owner', 'price'],
    optional: ['relations', 'contributors'],
  });
  const name = plainName(field('name'));
  if (before.some((a) => a.name === name)) field('name')?.fault(`there are two assets "${name}"`);
  const relations = field('relations')?.items() ?? [];
  if (relations.length > MAX_RELATIONS)
    field('relations')?.fault(`an asset has at most ${MAX_RELATIONS} relations`);
  const read = relations.map((relation) => readRelation(relation, name, before, all));
  if (new Set(read.map((r) => `${r.type} ${r.asset}`)).size !== read.length)
    field('relations')?.fault('the same relation stands twice');
  const problem = check({ name, relations: read });
  if (problem !== null) field('relations')?.fault(problem);
  const contributors = field('contributors');
  return {
    name,
    kind: oneOf(field('kind'), ASSET_KINDS) ?? 'dataset',
    owner: accountName(field('owner')),
    price: price(field('price')),
    relations: read,
    ...(contributors ? { contributors: readContributors(contributors) } : {}),
  };
}

function readRelation(
  item: YamlValue,
  child: string,
  before: readonly ScenarioAsset[],
  all: readonly string[],
): ScenarioRelation {
  const field = item.fields({ required: ['type', 'asset', 'royalty'], optional: ['absolute', 'ceiling'] });
  const asset = field('asset')?.text() ?? '';
  if (asset !== '' && !before.some((a) => a.name === asset)) {
    if (asset === child) field('asset')?.fault('an asset cannot build on itself');
    else if (all.includes(asset))
      field('asset')?.fault(`"${asset}" comes later; put it before the assets that build on it`);
    else field('asset')?.fault(unknown('asset', asset, all));
  }
  return {
    type: oneOf(field('type'), RELATION_TYPES) ?? 'DERIVED_FROM',
    asset,
    royaltyBps: percent(field('royalty'), { min: 0, max: 10_000 }),
    ...(field('absolute')?.flag() ? { absolute: true } : {}),
    ...(field('ceiling') ? { ceiling: ceiling(field('ceiling')) } : {}),
  };
}

/** Amounts of a ceiling are whole gwei on chain. */
function ceiling(value: YamlValue | undefined): bigint {
  const wei = price(value);
  if (wei % CEILING_STEP === 0n && wei <= MAX_CEILING) return wei;
  value?.fault('a ceiling has at most 9 decimals, and is at most 18,446,744,073 SAHARA');
  return CEILING_STEP;
}

function readContributors(value: YamlValue): NonNullable<ScenarioAsset['contributors']> {
  const field = value.fields({ required: ['share', 'of'] });
  const bps = percent(field('share'), { min: 1, max: 10_000 });
  const of = (field('of')?.items() ?? []).map((item) => {
    const row = item.fields({ required: ['account', 'weight'] });
    const account = accountName(row('account'));
    return {
      account,
      weight: BigInt(whole(row('weight'), { min: 1, max: Number.MAX_SAFE_INTEGER })),
    };
  });
  if (of.length === 0) field('of')?.fault('there must be at least one contributor');
  return { bps, of };
}

function readDemand(item: YamlValue, assets: readonly string[], days: number): Demand {
  const field = item.fields({
    required: ['buyers', 'asset'],
    optional: ['constant', 'poisson', 'from', 'until'],
  });
  const asset = field('asset')?.text() ?? '';
  if (asset !== '' && !assets.includes(asset)) field('asset')?.fault(unknown('asset', asset, assets));
  const from = field('from') ? whole(field('from'), { min: 1, max: days }) : 1;
  const until = field('until') ? whole(field('until'), { min: 1, max: days }) : days;
  if (from > until) field('from')?.fault(`day ${from} is after the last day ${until}`);
  return {
    buyers: readBuyers(field('buyers')),
    asset,
    from,
    until,
    rate: readRate(item, field),
  };
}

function readBuyers(value: YamlValue | undefined): string[] {
  if (!value) return [];
  if (!value.isList()) {
    const count = whole(value, { min: 1, max: MAX_BUYERS });
    return Array.from({ length: count }, (_, i) => `buyer-${i + 1}`);
  }
  const names = value.items().map(accountName);
  if (names.length === 0) value.fault('there must be at least one buyer');
  return names;
}

function readRate(item: YamlValue, field: Fields): Demand['rate'] {
  const constant = field('constant');
  const poisson = field('poisson');
  const rate = constant ?? poisson;
  if (!rate || (constant && poisson)) {
    item.fault('it needs either "constant" or "poisson", with perDay');
    return { kind: 'constant', perDayMilli: 0 };
  }
  const perDay = rate.fields({ required: ['perDay'] })('perDay');
  const value = Number(perDay?.decimal() ?? 0);
  if (value < 0 || value > MAX_PER_DAY) perDay?.fault(`it must be from 0 to ${MAX_PER_DAY}`);
  if (poisson) return { kind: 'poisson', perDay: value };
  const perDayMilli = Math.round(value * 1000);
  if (Math.abs(perDayMilli - value * 1000) > 1e-6) perDay?.fault('it has at most three decimals');
  return { kind: 'constant', perDayMilli };
}

function whole(value: YamlValue | undefined, { min, max }: Range): number {
  const written = value?.decimal();
  if (written === undefined) return min;
  const number = Number(written);
  if (Number.isSafeInteger(number) && number >= min && number <= max) return number;
  value?.fault(`it must be a whole number from ${min} to ${max}`);
  return min;
}

/** Percent as written, e.g. 12.5, in basis points; so is the range. */
function percent(value: YamlValue | undefined, { min, max }: Range): number {
  const written = value?.decimal();
  if (written === undefined) return 0;
  const match = /^(\d{1,3})(?:\.(\d{1,2})0*)?$/.exec(written);
  const bps = match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : Number.NaN;
  if (bps >= min && bps <= max) return bps;
  value?.fault(`it must be a percentage from ${min / 100} to ${max / 100}, with at most two decimals`);
  return 0;
}

function price(value: YamlValue | undefined): bigint {
  const written = value?.decimal();
  if (written === undefined) return 0n;
  const wei = parseSahara(written);
  if (wei !== undefined && wei > 0n && wei < 1n << 96n) return wei;
  value?.fault('it must be an amount of SAHARA above zero, with at most 18 decimals');
  return 0n;
}

function accountName(value: YamlValue | undefined): string {
  const name = plainName(value);
  if (name === PROTOCOL_ACCOUNT) value?.fault(`"${PROTOCOL_ACCOUNT}" is the account that the fees go to`);
  return name;
}

function plainName(value: YamlValue | undefined): string {
  const name = value?.text() ?? '';
  if (name !== '' && !NAME.test(name))
    value?.fault('a name has 1 to 26 characters of a-z, 0-9 and "-", and does not begin with "-"');
  return name;
}

function oneOf<T extends string>(value: YamlValue | undefined, known: readonly T[]): T | undefined {
  const text = value?.text();
  if (text === undefined) return undefined;
  const found = known.find((k) => k === text);
  if (!found) value?.fault(unknown('value', text, known));
  return found;
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const near = suggest(name, known);
  return `there is no ${what} "${name}"${near ? `; did you mean "${near}"?` : `; known are ${known.join(', ')}`}`;
}

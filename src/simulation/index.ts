export { createChainDriver } from './chain-driver.ts';
export { accountsOf } from './economy.ts';
export { parseScenario } from './parse-scenario.ts';
export { type Plan, type PlanEvent, type Purchase, planScenario, type SettleAll } from './plan.ts';
export { createRandom, type Random, randomFrom } from './random.ts';
export { type ChainDriver, type ReplayComparison, replayOnChain } from './replay.ts';
export { type EarningsTable, earningsTable } from './report.ts';
export { type Demand, PROTOCOL_ACCOUNT, type Scenario, type ScenarioAsset } from './scenario.ts';
export {
  type AccountSeries,
  type Conservation,
  type EarningRole,
  type LineageEntry,
  type SimulationResult,
  simulate,
  simulatePlan,
} from './simulate.ts';

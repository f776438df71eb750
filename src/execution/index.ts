export { serveAgent } from './agent-child.ts';
export type { AgentAnswer, AgentModel, AgentTools } from './agent-types.ts';
export type { OutputHandler } from './child.ts';
export type { ModelFeature } from './labels.ts';
export { classify, type FeatureValues, type OpenModel, openModel, type Prediction } from './onnx.ts';
export { type AgentOptions, type AgentResult, runAgent } from './run-agent.ts';
export {
  type BuildContext,
  type BuildInput,
  type BuildOptions,
  type BuildResult,
  runBuild,
} from './run-build.ts';

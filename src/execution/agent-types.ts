import type { FeatureValues, ModelFeature, Prediction } from './onnx.ts';

/** The model version an agent runs, fetched to a local folder. */
export type AgentModel = { asset: string; version: number; cid: string; path: string };

/** What an agent is given beside the question. */
export type AgentTools = {
  model: {
    asset: string;
    version: number;
    cid: string;
    /** In the model's order; null when the model leaves their number open. */
    features: ModelFeature[] | null;
    classes: string[] | null;
    predict(values: FeatureValues): Promise<Prediction>;
  };
};

/** What an agent returns. Beside the text it may hold anything that is JSON. */
export type AgentAnswer = { text: string; [more: string]: unknown };

/** What the parent writes to the child's stdin, as JSON. */
export type AgentRequest = { script: string; question: string; model: AgentModel };

/** What the child writes to the result descriptor, as JSON. */
export type AgentReply =
  | { kind: 'answer'; answer: AgentAnswer }
  | { kind: 'invalid'; reason: string }
  | { kind: 'threw'; reason: string }
  | { kind: 'foreseen'; id: string; params: unknown };

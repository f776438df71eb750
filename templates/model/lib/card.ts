import type { Metrics } from './metrics.ts';

export type CardFacts = {
  name: string;
  license: string;
  label: string;
  classes: string[];
  features: { name: string; unit?: string; range: [number, number] }[];
  dataset: { asset: string; version: number; cid: string; file: string };
  rows: { total: number; dropped: number; train: number; test: number };
  seed: number;
  testShare: number;
  steps: number;
  metrics: Metrics;
};

/** The model card: Hugging Face's front matter, then what a person should know before using the model. */
export function modelCard(facts: CardFacts): string {
  const { metrics, dataset, rows } = facts;
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
  return `---
license: ${facts.license}
library_name: onnx
pipeline_tag: tabular-classification
tags:
  - tabular-classification
  - logistic-regression
  - onnx
datasets:
  - ${quote(dataset.asset)}
metrics:
  - accuracy
  - f1
model-index:
  - name: ${quote(facts.name)}
    results:
      - task:
          type: tabular-classification
        dataset:
          name: ${quote(dataset.asset)}
          type: ${quote(dataset.asset)}
          revision: ${quote(dataset.cid)}
          split: held out (${percent(facts.testShare)}, seed ${facts.seed})
        metrics:
          - type: accuracy
            value: ${metrics.accuracy}
          - type: f1
            name: macro F1
            value: ${metrics.macroF1}
---

# ${facts.name}

Says which \`${facts.label}\` a row of measurements belongs to: ${facts.classes.map(cell).join(', ')}.
A logistic regression, one class against the rest, written as ONNX.

## How good it is

**${percent(metrics.accuracy)} accurate**: ${metrics.correct} of ${metrics.rows} rows that were held out of the training
(95 % interval ${percent(metrics.accuracyInterval[0])} to ${percent(metrics.accuracyInterval[1])}). Always naming the most frequent class would reach ${percent(metrics.baseline)}.
The figures were measured by running \`model.onnx\` itself.

${table(
  ['class', 'precision', 'recall', 'F1', 'rows'],
  metrics.perClass.map((c) => [c.label, c.precision, c.recall, c.f1, c.rows]),
)}

Confusion, rows by what they are and columns by what the model said:

${table(
  ['', ...facts.classes],
  facts.classes.map((label, i) => [label, ...(metrics.confusion[i] ?? [])]),
)}

## How it was made

${table(
  ['', ''],
  [
    ['dataset', `${dataset.asset}, version ${dataset.version}, \`${dataset.file}\``],
    ['content (CID)', `\`${dataset.cid}\``],
    ['rows', `${rows.total}, of which ${rows.dropped} dropped for a missing value`],
    [
      'split',
      `${rows.train} to train on, ${rows.test} held out, each class in the same share, seed ${facts.seed}`,
    ],
    ['standardised', 'each feature by its mean and standard deviation on the training rows only'],
    ['training', `ml-logistic-regression 2, ${facts.steps} steps of gradient descent`],
  ],
)}

The same dataset with the same settings gives the same bytes.

## How to use it

Input \`features\`: float32 [N, ${facts.features.length}], as measured, in this order:

${table(
  ['feature', 'unit', 'seen in training'],
  facts.features.map((f) => [`\`${f.name}\``, f.unit ?? '', `${f.range[0]} to ${f.range[1]}`]),
)}

Outputs: \`label\`, string [N]; \`probabilities\`, float32 [N, ${facts.classes.length}] in the order of \`labels.json\`.

## Limits

It knows the ${facts.classes.length} classes above and names one of them for any row, whatever the row describes; outside of the ranges
it was trained on its probabilities mean little. It inherits the limits of its dataset.
`;
}

function table(header: (string | number)[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Class and column names come from the data: they must break neither a table nor the page. */
function cell(value: string | number): string {
  return String(value)
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');
}

/** A YAML scalar: JSON strings are YAML strings. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/** The demo's cast and plot: who publishes what, and who buys it. Amounts are on offer in the templates' terms. */
export const STORY = {
  assets: [
    { kind: 'dataset', name: 'penguins', by: 'curator', from: null },
    { kind: 'model', name: 'penguin-classifier', by: 'trainer', from: 'penguins' },
    { kind: 'agent', name: 'penguin-guide', by: 'operator', from: 'penguin-classifier' },
  ],
  question: 'Which penguin has a bill of 39.1 x 18.7 mm, a flipper of 181 mm and weighs 3750 g?',
  purchases: [
    { buyer: 'buyer', asset: 'penguin-guide' },
    { buyer: 'buyer-2', asset: 'penguin-guide' },
    { buyer: 'buyer-3', asset: 'penguin-classifier' },
    { buyer: 'enterprise', asset: 'penguins' },
  ],
} as const;

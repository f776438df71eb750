// The library has no types of its own; these are the parts that train.ts uses.
declare module 'ml-logistic-regression' {
  import type { Matrix } from 'ml-matrix';

  export default class LogisticRegression {
    constructor(options?: { numSteps?: number; learningRate?: number });
    /** One classifier for each class, trained against all others, with the class itself as 0. */
    classifiers: { weights: Matrix; testScores(features: Matrix): number[] }[];
    /** `classes` is a column of whole numbers from 0. There is no intercept: add a column of ones. */
    train(features: Matrix, classes: Matrix): void;
    predict(features: Matrix): number[];
  }
}

export { type DemoPlan, foreseeDemo } from './foresee-demo.ts';
export { type DemoOptions, type DemoResult, runDemo } from './run-demo.ts';

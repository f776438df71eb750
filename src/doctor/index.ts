export type { Area, Check, CheckStatus, DoctorEnv, Finding, Fix, Run } from './check.ts';
export { CHECKS } from './registry.ts';
export {
  type CheckResult,
  type DoctorOptions,
  type DoctorReport,
  type DoctorSetup,
  runDoctor,
} from './run-doctor.ts';

export { configText, type ProjectSettings } from './config-text.ts';
export {
  type Initialized,
  type InitOptions,
  type InitStep,
  initProject,
  settingsFile,
} from './init-project.ts';

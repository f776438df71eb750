// A static import in a module of its own: `yaml` is CommonJS, whose names a dynamic import does not see
// once it is bundled.
export { parse as parseYaml, parseDocument as parseYamlDocument } from 'yaml';

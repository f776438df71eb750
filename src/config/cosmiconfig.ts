// A static import in a module of its own: cosmiconfig is CommonJS, whose names a dynamic import does not see
// once it is bundled.
export { cosmiconfig } from 'cosmiconfig';

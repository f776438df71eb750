import { lifeOfAnAsset } from './life.ts';
import { createWorld } from './support.ts';

lifeOfAnAsset(await createWorld('life'), 'embedded');

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';

/** Beside the manifest, for version control: what the content was built from. */
const FILE = 'sahara.build.json';

export type BuildRecord = {
  format: 'sahara-build/1';
  script: string;
  builtAt: string;
  inputs: {
    relation: string;
    ref: string;
    assetId: string;
    asset: string;
    version: number;
    contentCid: string;
  }[];
};

export function readBuildRecord(folder: string): BuildRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as BuildRecord;
    return record.format === 'sahara-build/1' ? record : undefined;
  } catch {
    return undefined;
  }
}

export function writeBuildRecord(folder: string, record: BuildRecord): void {
  writeFileAtomic(join(folder, FILE), `${JSON.stringify(record, null, 2)}\n`);
}

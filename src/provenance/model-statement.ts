import { createHash } from 'node:crypto';
import { SaharaError } from '../base/errors.ts';
import { isSha256Hex } from './digest.ts';

/** One file of a release: its path with `/`, relative to the content folder, and its sha256 in hexadecimal. */
export type SignedFile = { path: string; sha256: string };

/** What an OpenSSF Model Signing statement says. */
export type ModelStatement = {
  folderName: string;
  /** sha256 over the files' raw digests, in the statement's order. */
  rootDigest: string;
  files: SignedFile[];
  ignorePaths: string[];
};

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';

/**
 * The in-toto statement for a folder, in the form of OpenSSF Model Signing v1: files in the order of
 * their path components (by code point, so `a/b` comes before `a.b`).
 *
 * @throws SIGNING_INPUT_INVALID
 */
export function modelStatement(input: {
  folderName: string;
  files: readonly SignedFile[];
  ignorePaths: readonly string[];
}): object {
  const { folderName, ignorePaths } = input;
  if (folderName === '')
    throw new SaharaError('SIGNING_INPUT_INVALID', { path: folderName, reason: 'the folder has no name' });
  if (input.files.length === 0)
    throw new SaharaError('SIGNING_INPUT_INVALID', { path: folderName, reason: 'the folder has no files' });
  const fault = faultIn(input.files);
  if (fault) throw new SaharaError('SIGNING_INPUT_INVALID', fault);
  const files = [...input.files].sort((a, b) => comparePaths(a.path, b.path));
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: folderName, digest: { sha256: rootDigest(files) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: {
        method: 'files',
        hash_type: 'sha256',
        allow_symlinks: false,
        ignore_paths: [...ignorePaths].sort(comparePaths),
      },
      resources: files.map((f) => ({ name: f.path, algorithm: 'sha256', digest: f.sha256 })),
    },
  };
}

/**
 * Reads a statement and checks that it agrees with itself.
 *
 * @throws BUNDLE_MALFORMED
 */
export function readModelStatement(payload: Uint8Array): ModelStatement {
  const statement = object(parseJson(payload), 'the statement');
  if (statement('_type') !== STATEMENT_TYPE) malformed('the payload is not an in-toto Statement v1');
  if (statement('predicateType') !== PREDICATE_TYPE)
    malformed(`the predicate is ${JSON.stringify(statement('predicateType'))}, not ${PREDICATE_TYPE}`);
  const subjects = array(statement('subject'), 'subject');
  if (subjects.length !== 1) malformed(`it has ${subjects.length} subjects, not one`);
  const subject = object(subjects[0], 'subject');
  const folderName = string(subject('name'), 'subject.name');
  const digest = string(object(subject('digest'), 'subject.digest')('sha256'), 'subject.digest.sha256');
  const predicate = object(statement('predicate'), 'predicate');
  const serialization = object(predicate('serialization'), 'predicate.serialization');
  if (serialization('method') !== 'files' || serialization('hash_type') !== 'sha256')
    malformed('only the serialization of whole files with sha256 is supported');
  const ignorePaths = array(serialization('ignore_paths') ?? [], 'ignore_paths').map((p) =>
    string(p, 'ignore_paths'),
  );
  const files = array(predicate('resources'), 'predicate.resources').map((item): SignedFile => {
    const resource = object(item, 'resource');
    if (resource('algorithm') !== 'sha256') malformed('a file is listed with another algorithm than sha256');
    return {
      path: string(resource('name'), 'resource.name'),
      sha256: string(resource('digest'), 'resource.digest'),
    };
  });
  const fault = faultIn(files);
  if (fault) malformed(`${JSON.stringify(fault.path)}: ${fault.reason}`);
  if (rootDigest(files) !== digest) malformed('its root digest is not that of the files it lists');
  return { folderName, rootDigest: digest, files, ignorePaths };
}

/** True when `path` is, or lies in, one of the ignored paths. */
export function isIgnored(path: string, ignorePaths: readonly string[]): boolean {
  return ignorePaths.some((ignored) => path === ignored || path.startsWith(`${ignored}/`));
}

/** Order of paths by their components, each by code point: what sorting POSIX paths in Python gives. */
export function comparePaths(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const l = left[i] ?? '';
    const r = right[i] ?? '';
    // UTF-8 bytes sort as code points do; JavaScript's own `<` goes by UTF-16 units.
    if (l !== r) return Buffer.compare(Buffer.from(l), Buffer.from(r));
  }
  return left.length - right.length;
}

function rootDigest(files: readonly SignedFile[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.sha256, 'hex');
  return hash.digest('hex');
}

function faultIn(files: readonly SignedFile[]): { path: string; reason: string } | undefined {
  const seen = new Set<string>();
  for (const { path, sha256 } of files) {
    const fault =
      pathFault(path) ??
      (isSha256Hex(sha256) ? undefined : 'its digest is not 64 lower-case hexadecimal characters');
    if (fault) return { path, reason: fault };
    if (seen.has(path)) return { path, reason: 'it is listed twice' };
    seen.add(path);
  }
  return undefined;
}

function pathFault(path: string): string | undefined {
  if (path === '') return 'the path is empty';
  if (path.startsWith('/')) return 'the path is absolute';
  if (path.includes('\0')) return 'the path has a NUL character';
  if (!path.isWellFormed()) return 'the path is not valid Unicode';
  const odd = path.split('/').find((part) => part === '' || part === '.' || part === '..');
  return odd === undefined ? undefined : `the path has a part "${odd}"`;
}

function malformed(reason: string): never {
  throw new SaharaError('BUNDLE_MALFORMED', { reason });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return malformed('the payload is not JSON');
  }
}

/** The fields of an object, by name; an absent one is undefined. */
function object(value: unknown, what: string): (field: string) => unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    malformed(`${what} is not an object`);
  const fields = new Map<string, unknown>(Object.entries(value));
  return (field) => fields.get(field);
}

function array(value: unknown, what: string): unknown[] {
  return Array.isArray(value) ? value : malformed(`${what} is not a list`);
}

function string(value: unknown, what: string): string {
  return typeof value === 'string' ? value : malformed(`${what} is not a text`);
}

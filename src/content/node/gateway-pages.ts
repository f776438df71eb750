export type ListedEntry = { name: string; size: number; folder: boolean };

const TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  bin: 'application/octet-stream',
  css: 'text/css; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  gif: 'image/gif',
  gz: 'application/gzip',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/jsonl; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  onnx: 'application/octet-stream',
  parquet: 'application/vnd.apache.parquet',
  pdf: 'application/pdf',
  pem: 'application/x-pem-file',
  png: 'image/png',
  safetensors: 'application/octet-stream',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  toml: 'application/toml',
  tsv: 'text/tab-separated-values; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
  woff2: 'font/woff2',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
};

/** By the name's ending; without a known one, text when the first bytes are UTF-8 without control characters. */
export function contentType(name: string, first: Uint8Array): string {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (Object.hasOwn(TYPES, ending)) return TYPES[ending] as string;
  // The last few bytes may be the first half of a letter.
  const head = first.subarray(0, 512);
  const text = Buffer.from(head)
    .toString('utf8')
    .slice(0, head.length < 512 ? undefined : -4);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
  const binary = /[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text);
  return binary ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}

/** Text that goes into a page: nothing in it can be markup. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (c) => entities[c] as string);
}

/** A folder as a page for people. */
export function listingPage(
  path: string,
  cid: string,
  entries: readonly ListedEntry[],
  isRoot: boolean,
): string {
  const rows = entries.map(({ name, size, folder }) => {
    const href = `./${encodeURIComponent(name)}${folder ? '/' : ''}`;
    return `<tr><td><a href="${escapeHtml(href)}">${escapeHtml(name)}${folder ? '/' : ''}</a></td><td>${folder ? '' : size}</td></tr>`;
  });
  const up = isRoot ? '' : '<tr><td><a href="../">..</a></td><td></td></tr>\n';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(path)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td{padding:.1rem 1.5rem .1rem 0}td+td{text-align:right}code{font-size:.85em;color:#666}</style>
</head>
<body>
<h1>${escapeHtml(path)}</h1>
<p><code>${escapeHtml(cid)}</code></p>
<table>
${up}${rows.join('\n')}
</table>
</body>
</html>
`;
}

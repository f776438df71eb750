import type { ServerResponse } from 'node:http';
import type { CID } from '../cid.ts';
import { carRequest, gatewayCar } from './gateway-car.ts';
import { unsatisfiable } from './gateway-files.ts';
import { answered, attachment, rangeOf } from './gateway-headers.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { ContentNode } from './node.ts';
import { sendReply } from './reply.ts';

/** One block, or a range of it, as it is. */
export async function sendRaw(
  node: ContentNode,
  request: GatewayRequest,
  cid: CID,
  response: ServerResponse,
): Promise<void> {
  const etag = `"${cid}.raw"`;
  if (answered(request, response, etag)) return;
  const bytes = await node.get(cid);
  const range = rangeOf(request, bytes.length, etag);
  if (range === 'impossible') throw unsatisfiable(response, bytes.length);
  const { start, end } = range ?? { start: 0, end: bytes.length };
  response.writeHead(range === undefined ? 200 : 206, {
    'Content-Type': 'application/vnd.ipld.raw',
    'Content-Length': end - start,
    'Accept-Ranges': 'bytes',
    'Content-Disposition': attachment(request, `${cid}.bin`),
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${bytes.length}` }),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes.subarray(start, end));
}

/** The blocks that prove a path and what lies at its end. */
export async function sendCar(
  node: ContentNode,
  request: GatewayRequest,
  options: ReadonlyMap<string, string>,
  cid: CID,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { root, path, url } = request;
  const car = carRequest(url.searchParams, options);
  const dups = car.dups ? 'y' : 'n';
  const range = car.range === undefined ? '' : `.${car.range.from}-${car.range.to ?? ''}`;
  if (answered(request, response, `W/"${root}.${cid}.${car.scope}${range}.${dups}.car"`)) return;
  const headers = {
    'Content-Disposition': attachment(request, `${cid}.car`),
    'Accept-Ranges': 'none',
  };
  const type = `application/vnd.ipld.car; version=1; order=dfs; dups=${dups}`;
  if (request.method === 'HEAD') {
    response.writeHead(200, { ...headers, 'Content-Type': type });
    response.end();
    return;
  }
  await sendReply(response, { bytes: gatewayCar(node, root, path, car, signal), type, headers });
}

/** True when a URL answers with status 200 before nothing has come from it for so long. */
export function answers(
  address: string,
  { method = 'GET', timeoutMs }: { method?: 'GET' | 'POST'; timeoutMs: number },
): Promise<boolean> {
  const url = new URL(address);
  // Not by `import`: that reads every export of the module, one of which loads a whole second HTTP client.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  return new Promise((resolve) => {
    const call = request(url, { method, timeout: timeoutMs }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
      response.on('error', () => resolve(false));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}

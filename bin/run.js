#!/usr/bin/env node
// Old Node first: everything that is imported later needs a current one, and would fail with a riddle.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18) || major === 23) {
  process.stderr.write(
    `sahara needs Node.js 22.18 or later, or 24 and up; this is Node.js ${process.versions.node}.\n` +
      'Get it in one of these ways:\n' +
      '  nvm install 24 && nvm use 24         if you use nvm\n' +
      '  npx --package=node@24 --package=sahara-devkit sahara demo    for one run, with npm alone\n' +
      '  https://nodejs.org/en/download       installers and packages\n' +
      'In a checkout, `npm start` and `npm test` bring their own Node.\n',
  );
  process.exit(1);
}
const { enableCompileCache } = await import('node:module');
enableCompileCache();
const { main } = await import('../dist/cli/main.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(
    `sahara is not built here (${error.message}).\nIn a checkout, run npm run build, npm start or npm test.\n`,
  );
  process.exit(1);
});
await main(process.argv.slice(2));

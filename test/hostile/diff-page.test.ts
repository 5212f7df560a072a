/** The HTML report of a hostile pair, opened in a browser: no script runs, and nothing is asked of the network. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { diff } from '../../core/diff.ts';
import { diffReportIn } from '../../core/report/report.ts';
import { onPath } from '../support/commands.ts';
import { scratchFolder } from '../support/scratch.ts';
import { manifest, manifestName } from './case.ts';
import { writePieces } from './pieces.ts';
import { deflated, zip } from './zip-builder.ts';

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
const chromium = browsers.map(onPath).find((path) => path !== null) ?? '';
const skip = chromium === '' && 'there is no Chromium or Chrome';
const attack =
  '</style></title></script>"\'><script>document.title="ran";fetch("http://evil.example/s")</script>' +
  '<img src="http://evil.example/i.png" onerror="document.title=\'ran\'"><svg onload="document.title=\'ran\'">' +
  '<link rel="stylesheet" href="http://evil.example/c.css"><meta http-equiv="refresh" content="0;url=http://evil.example/">';

function hostileArchive(path: string, turn: string): void {
  const model = { ...manifest.model, modelName: attack, description: `${attack}${turn}` };
  const texts: Record<string, string> = {
    [manifestName]: JSON.stringify({ ...manifest, model }),
    'handler.py': `# ${attack}\nx = ${turn}\n`,
    'setup.json': JSON.stringify({ [attack]: turn, list: [attack, turn] }),
    'setup.yaml': `${JSON.stringify(attack)}: ${turn}\n`,
    'broken.yaml': `a: [${attack}${turn}\n`,
    'requirements.txt': `--index-url javascript:alert(1)//${attack}\ntorch==${turn}\n`,
    'index_to_name.json': JSON.stringify([attack, turn]),
    [`${attack.replaceAll('/', '\u2215')}${turn}.txt`]: attack + turn,
  };
  writePieces(path, zip(Object.entries(texts).map(([name, text]) => deflated(name, text))));
}

test('the page of a hostile pair runs no script and requests nothing', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const folder = await scratchFolder(t);
  const [before, after] = [join(folder, 'before.mar'), join(folder, 'after.mar')];
  hostileArchive(before, '1');
  hostileArchive(after, '2');
  const page = join(folder, 'diff.html');
  writeFileSync(page, diffReportIn('html', await diff(before, after), { fullPaths: false }));

  // All that the page asks for would come by this proxy.
  const asked: string[] = [];
  const proxy = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.end();
  });
  proxy.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    socket.destroy();
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  t.after(() => proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const args = [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-component-update', '--no-first-run'],
    ...['--disable-background-networking', `--user-data-dir=${join(folder, 'profile')}`],
    ...[`--proxy-server=http://127.0.0.1:${port}`, '--virtual-time-budget=2000', '--dump-dom'],
  ];
  const load = async (url: string) =>
    (await promisify(execFile)(chromium, [...args, url], { timeout: 60_000, maxBuffer: 64 * 2 ** 20 }))
      .stdout;

  const dom = await load(pathToFileURL(page).href);
  assert.match(dom, /handler\.py/);
  assert.doesNotMatch(dom, /<title>ran<\/title>|<svg onload|<img src="http|<link /);
  assert.deepEqual(
    asked.filter((url) => url.includes('evil')),
    [],
  );

  // The same attack in a page that does nothing against it is seen, so the test can fail.
  const open = join(folder, 'open.html');
  writeFileSync(open, `<title>open</title><body>${attack.replace(/<meta.*>/, '')}`);
  assert.match(await load(pathToFileURL(open).href), /<title>ran<\/title>/);
  assert.ok(asked.some((url) => url.includes('evil')));
});

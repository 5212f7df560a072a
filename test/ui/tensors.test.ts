/** What weights hold, and how far it moved: looked into and compared, by mouse and by keyboard alone. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright';
import { f32, madeModel, safetensors } from '../support/make-safetensors.ts';
import { makeArchive } from '../support/models.ts';
import { scratchFolder } from '../support/scratch.ts';
import { until } from '../support/until.ts';
import { changedRecords, fixture } from '../unit/diff/weights-models.ts';
import { assertAccessible, assertReadable, looks, notHere, openApp } from './app.ts';

const handler = 'def handle(data, context):\n    return data\n';
const value = (layer: number, at: number) => Math.sin(layer * 31 + at) / 20;
const old = madeModel(12, 8, value);
/** Like a fine-tune: the last layers and the head moved, one tensor is gone, one is new. */
const tuned = [
  ...madeModel(12, 8, (layer, at) => value(layer, at) * (layer >= 9 ? 1 + layer / 1000 : 1)).slice(1),
  f32('model.layers.11.adapter.weight', [4, 8], (at) => at / 32),
];

const packed = (folder: string, weights: Buffer, version = '1.0') =>
  makeArchive(folder, { 'handler.py': handler, 'w.safetensors': weights }, { version });

async function openedTensors(t: TestContext, weights: Buffer, entry = 'w.safetensors', options = {}) {
  const roots = await scratchFolder(t);
  const path = await packed(roots, weights);
  const app = await openApp(t, { ...options, roots: [roots], opens: [path] });
  await app.page.getByRole('row', { name: entry }).first().click();
  await app.page.getByRole('tab', { name: 'Tensors' }).click();
  return app;
}

const grid = (page: Page) => page.getByRole('treegrid', { name: /^Tensors of/ });
const filter = (page: Page) => page.getByRole('searchbox', { name: 'Filter tensors' });
const focused = (page: Page) => () =>
  page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? ""');

test('tensors are found, measured and saved', { skip: notHere }, async (t) => {
  const { page, folder, pickSave } = await openedTensors(t, safetensors(old, { format: 'pt' }));
  await grid(page).waitFor();
  await page.getByText('111 tensors').first().waitFor();
  await page.getByText('What the file says of itself').click();
  await page.getByRole('region', { name: 'What the file says of itself' }).getByText('pt').waitFor();

  await filter(page).fill('shape:8,8 name:q_proj');
  await page.getByText(/^12 of 111 shown$/).waitFor();
  await filter(page).fill('shape:x');
  await page.getByText(/"x" is no size/).waitFor();
  await until(() => filter(page).getAttribute('aria-invalid'), 'true');
  await filter(page).fill('lm_head');

  await grid(page)
    .getByRole('row', { name: /lm_head/ })
    .click();
  const detail = page.getByRole('region', { name: 'Tensor lm_head.weight' });
  await detail.getByText('32 × 8').waitFor();
  await detail.getByRole('button', { name: 'Statistics' }).click();
  const chart = detail.getByRole('slider', { name: /How its numbers are spread/ });
  await chart.waitFor();
  await chart.focus();
  await page.keyboard.press('End');
  await until(() => chart.getAttribute('aria-valuetext'), / to 0\.04999: \d+$/);
  await page.keyboard.press('Home');
  await until(() => chart.getAttribute('aria-valuenow'), '1');
  await detail.getByText('As a table').click();
  const table = detail.getByRole('region', { name: /as a table/ });
  await until(() => table.getByRole('row').count(), 65);

  const save = detail.getByRole('button', { name: 'Save as .npy…' });
  await pickSave(join(folder, 'head.npy'), () => save.click());
  await detail.getByText('Saved head.npy.').waitFor();
  const bytes = await readFile(join(folder, 'head.npy'));
  assert.equal(bytes.length - 128, 32 * 8 * 4);
});

test('by keyboard alone: from the palette to a tensor, its statistics, and back to the rows', {
  skip: notHere,
}, async (t) => {
  const { page } = await openedTensors(t, safetensors(old));
  const { keyboard } = page;
  await grid(page).waitFor();
  await keyboard.press('Control+K');
  await keyboard.type('#layers.7.mlp.up');
  await page.getByRole('option', { name: /layers\.7\.mlp\.up_proj\.weight/ }).waitFor();
  await keyboard.press('Enter');
  const detail = page.getByRole('region', { name: 'Tensor model.layers.7.mlp.up_proj.weight' });
  await detail.waitFor();
  await page.locator('[role=row]:focus').filter({ hasText: 'up_proj' }).waitFor();
  await keyboard.press('Enter');
  await detail.getByText('Min', { exact: true }).waitFor();
  await keyboard.press('ArrowDown');
  await page.getByRole('region', { name: /^Tensor .*down_proj|^Tensor .*layernorm/ }).waitFor();
  await keyboard.press('Control+F');
  await until(focused(page), 'Filter tensors');
  await keyboard.type('no such tensor');
  await page.getByText('No tensor fits.').waitFor();
  await keyboard.press('Escape');
  await page.getByText('111 tensors').first().waitFor();
});

test('what moved is on the map, in the table and in pictures of the numbers', {
  skip: notHere,
}, async (t) => {
  const roots = await scratchFolder(t);
  const before = await packed(roots, safetensors(old));
  const after = await packed(roots, safetensors(tuned), '1.1');
  const { page } = await openApp(t, { roots: [roots], opens: [before, after] });
  await page.getByRole('row', { name: /w\.safetensors/ }).click();
  await grid(page).waitFor();
  const kinds = page.getByRole('group', { name: 'Tensors by what became of them' });
  const count = (name: RegExp) => async () =>
    Number.parseInt((await kinds.getByRole('button', { name }).innerText()) || '0', 10);
  // Three layers of nine, the final norm, and the head.
  await until(count(/^\d+ moved$/), 29);
  await until(count(/added/), 1);
  await until(count(/removed/), 1);
  await until(count(/bitwise equal/), 81);

  const map = page.getByRole('figure', { name: 'Layer map' });
  const cell = map.getByRole('button');
  await cell.focus();
  await until(focused(page), /^model\.layers\.0\..*bitwise equal, 1 of 112$/);
  await page.keyboard.press('End');
  await until(focused(page), /removed/);
  await page.keyboard.press('ArrowLeft');
  await until(focused(page), /lm_head\.weight: moved/);
  await page.keyboard.press('Enter');
  const detail = page.getByRole('region', { name: 'Tensor lm_head.weight' });
  await page.locator('[role=row]:focus').filter({ hasText: 'lm_head' }).waitFor();
  await page.keyboard.press('Enter');
  await detail.getByRole('slider', { name: /Numbers before and after/ }).waitFor();
  await detail.getByRole('slider', { name: /Changes/ }).waitFor();
  const strip = detail.getByRole('slider', { name: /Where it moved/ });
  await strip.focus();
  await page.keyboard.press('ArrowRight');
  await until(() => strip.getAttribute('aria-valuetext'), /^row 0: largest change/);
  await assertAccessible(page, 'a tensor that moved');

  await page.getByRole('button', { name: 'By layer' }).click();
  await page.getByRole('button', { name: 'Sort' }).click();
  await page.getByRole('menuitemcheckbox', { name: /^max/ }).click();
  // The last two moved as far as any, within a hair of each other.
  await grid(page)
    .locator('[aria-rowindex="2"]')
    .filter({ hasText: /lm_head|model\.norm/ })
    .waitFor();
  await kinds.getByRole('button', { name: /bitwise equal/ }).click();
  await page.getByText('81 of 112 tensors').waitFor();
  await filter(page).fill('layers.3.');
  await page.getByText('9 of 112 tensors').waitFor();
});

test('a map is read with the mouse as well, and a press on it goes to the tensor', {
  skip: notHere,
}, async (t) => {
  const roots = await scratchFolder(t);
  const before = await packed(roots, safetensors(old));
  const after = await packed(roots, safetensors(tuned), '1.1');
  const { page } = await openApp(t, { roots: [roots], opens: [before, after] });
  await page.getByRole('row', { name: /w\.safetensors/ }).click();
  const map = page.getByRole('figure', { name: 'Layer map' });
  const surface = map.locator('.surface');
  await surface.waitFor();
  await surface.hover({ position: { x: 5, y: 5 } });
  await map.getByText(/^model\.layers\.0 · /).waitFor();
  await surface.click({ position: { x: 5, y: 5 } });
  await page.getByRole('region', { name: /^Tensor model\.layers\.0\./ }).waitFor();
});

for (const { name, ...look } of looks) {
  test(`tensors, statistics and their differences are accessible: ${name}`, { skip: notHere }, async (t) => {
    const holds = name === 'dark' ? assertReadable : assertAccessible;
    const roots = await scratchFolder(t);
    const before = await packed(roots, safetensors(old));
    const after = await packed(roots, safetensors(tuned), '1.1');
    const { page, openArchives } = await openApp(t, { ...look, roots: [roots], opens: [before] });
    await page.getByRole('row', { name: 'w.safetensors' }).first().click();
    await page.getByRole('tab', { name: 'Tensors' }).click();
    await filter(page).fill('lm_head');
    await grid(page)
      .getByRole('row', { name: /lm_head/ })
      .click();
    await page.getByRole('button', { name: 'Statistics' }).click();
    await page.getByRole('slider', { name: /How its numbers/ }).waitFor();
    await holds(page, 'statistics');
    await assertFits(page);
    await openArchives([before, after]);
    await page.getByRole('row', { name: /w\.safetensors/ }).click();
    await page.getByRole('figure', { name: 'Layer map' }).waitFor();
    await holds(page, 'the map');
    await assertFits(page);
  });
}

async function assertFits(page: Page): Promise<void> {
  const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  assert.ok(width <= 0, `it is ${width} pixels too wide`);
}

test('ten thousand tensors are listed and filtered, and few of their rows are in the document', {
  skip: notHere,
}, async (t) => {
  const { page } = await openedTensors(t, safetensors(madeModel(1111, 2, value).slice(0, 10_000)));
  await page.getByText('10,000 tensors').first().waitFor();
  await page.getByRole('button', { name: 'Flat list' }).click();
  await grid(page)
    .getByRole('row', { name: /model\.embed_tokens/ })
    .waitFor();
  await until(() => grid(page).getAttribute('aria-rowcount'), '10001');
  assert.ok((await grid(page).getByRole('row').count()) < 100);
  await filter(page).fill('layers.1110.mlp');
  await page.getByText(/^3 of 10,000 shown$/).waitFor();
});

test('hostile weights: what is wrong stands at the tensor, texts stay texts, and the rest is listed', {
  skip: notHere,
}, async (t) => {
  const names = ['<img src=x onerror=alert(1)>', `${'a.'.repeat(300)}b`, 'x\u202egnp.exe', 'y'.repeat(5000)];
  const tensors = names.map((name) => f32(name, [2], () => Number.NaN));
  const made = safetensors(tensors, { '<script>': '</script><script>alert(1)</script>' });
  // The last one claims bytes that are not there.
  const cut = made.subarray(0, made.length - 4);
  const { page } = await openedTensors(t, cut);
  await grid(page).waitFor();
  await page.getByRole('button', { name: 'Flat list' }).click();
  await grid(page)
    .getByRole('row', { name: /<img src=x/ })
    .click();
  const detail = page.getByRole('region', { name: /^Tensor <img/ });
  await detail.getByRole('button', { name: 'Statistics' }).click();
  await detail.getByText('It holds no finite number.').waitFor();
  await grid(page)
    .getByRole('row', { name: /u\{202e\}/ })
    .waitFor();
  await grid(page)
    .getByRole('row', { name: /^y+ .*unreadable/ })
    .click();
  await page.getByText(/Its numbers can't be read/).waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  await assertAccessible(page, 'hostile weights');
  await assertFits(page);
});

test('of weights that are only named it is not said that they hold no tensor', {
  skip: notHere,
}, async (t) => {
  const { page } = await openedTensors(t, await fixture('current-weights.h5'));
  await page.getByText('The tensors of this format are not listed here.').waitFor();
  assert.equal(await page.getByText('0 tensors').count(), 0);
});

test('what loading a pickle would call is told above its tensors', { skip: notHere }, async (t) => {
  const roots = await scratchFolder(t);
  const evil = Buffer.from('\x80\x02cos\nsystem\nX\x04\0\0\0true\x85R.', 'latin1');
  const path = await makeArchive(roots, { 'handler.py': handler, 'w.pkl': evil });
  const { page } = await openApp(t, { roots: [roots], opens: [path] });
  await page.getByRole('row', { name: 'w.pkl' }).first().click();
  // From the bytes that are shown first, by keyboard.
  await page.getByRole('button', { name: 'Show tensors' }).press('Enter');
  await page.locator('[role="tab"]:focus', { hasText: 'Tensors' }).waitFor();
  const card = page.getByRole('region', { name: 'What loading it would call' });
  await card.getByText(/Findings: 1 import that is not allowed/).waitFor();
  await card.getByRole('row', { name: /os\.system.*dangerous/ }).waitFor();
  await assertAccessible(page, 'a dangerous pickle');

  // What the facts say of it stays while something else is looked at, and leads back.
  await page.getByRole('tab', { name: 'Hex' }).click();
  await page
    .getByRole('complementary', { name: 'Facts' })
    .getByRole('button', { name: /Findings: 1 import/ })
    .click();
  await card.getByText(/Findings: 1 import that is not allowed/).waitFor();
});

test('code in TorchScript is read in place', { skip: notHere }, async (t) => {
  const roots = await scratchFolder(t);
  const script = await readFile(new URL('../fixtures/weights/current-script.pt', import.meta.url));
  const path = await makeArchive(roots, { 'handler.py': handler, 'model.pt': script });
  const { page } = await openApp(t, { roots: [roots], opens: [path] });
  await page.getByRole('row', { name: 'model.pt' }).first().click();
  await page.getByRole('tab', { name: 'Tensors' }).click();
  await page.getByRole('button', { name: /Code and graphs/ }).click();
  await page.getByRole('navigation', { name: 'Code and graphs' }).getByRole('button').first().click();
  await page
    .getByText(/class |def forward/)
    .first()
    .waitFor();
  await assertAccessible(page, 'code of TorchScript');
  // The same from inside the file, where its records are the entries.
  await page.getByRole('tab', { name: 'Preview' }).click();
  await page.getByRole('button', { name: 'Look into it' }).click();
  await page
    .getByRole('row', { name: /data\.pkl/ })
    .first()
    .click();
  await page.getByRole('tab', { name: 'Tensors' }).click();
  await page.getByRole('button', { name: /Code and graphs/ }).waitFor();
});

test('weights that lie by themselves are no archive, and are looked into all the same', {
  skip: notHere,
}, async (t) => {
  const roots = await scratchFolder(t);
  const path = join(roots, 'alone.safetensors');
  await writeFile(path, safetensors(old));
  const { page } = await openApp(t, { roots: [roots], opens: [path] });
  await grid(page).waitFor();
  await page.getByText('111 tensors').first().waitFor();
  await assertAccessible(page, 'weights by themselves');
});

/** Weights of which only what is computed with them changed: code of TorchScript, and a graph of ONNX. */
async function computedOtherwise(roots: string): Promise<[before: string, after: string]> {
  const [script, onnx] = [await fixture('current-script.pt'), await fixture('current-types.onnx')];
  const other = await changedRecords(script, {
    'code/__torch__.py': (text) => text.replace('torch.mul(_0, steps)', 'torch.add(_0, steps)'),
    'code/__torch__/new.py': () => 'def f(x):\n  return x # <img src=x>\n',
  });
  const gelu = Buffer.from(onnx.toString('latin1').replace('Relu', 'Gelu'), 'latin1');
  const packedOf = (weights: Buffer, graph: Buffer, version: string) =>
    makeArchive(roots, { 'handler.py': handler, 'model.pt': weights, 'net.onnx': graph }, { version });
  return [await packedOf(script, onnx, '1.0'), await packedOf(other, gelu, '1.1')];
}

test('changed code and graphs of weights are read by keyboard, file by file and row by row', {
  skip: notHere,
}, async (t) => {
  const roots = await scratchFolder(t);
  const { page } = await openApp(t, { roots: [roots], opens: await computedOtherwise(roots) });
  await page
    .getByText(/the numbers are equal, the code of __torch__\.py changed/)
    .first()
    .waitFor();
  await page.getByRole('row', { name: /model\.pt/ }).click();
  // No number moved, so what runs is shown first.
  const files = page.getByRole('navigation', { name: 'Files of code that changed' });
  await files.getByRole('button').first().focus();
  await page
    .getByRole('region', { name: /code\/__torch__\.py/ })
    .getByText('add', { exact: true })
    .waitFor();
  await page.getByRole('button', { name: 'Unfold all' }).press('Enter');
  await page.getByText('class Net(Module):').waitFor();
  await files.getByRole('button').first().focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page
    .getByRole('region', { name: /code\/__torch__\/new\.py/ })
    .getByText('<img src=x>')
    .waitFor();
  assert.match(
    await files.locator('[aria-current="true"]').innerText(),
    /code\/__torch__\/new\.py\s+\+2 −0 lines/,
  );
  await page.getByRole('row', { name: /net\.onnx/ }).click();
  await page.getByRole('button', { name: 'Graph', exact: true }).press('Enter');
  const table = page.getByRole('region', { name: 'What changed in the graph' });
  await table.getByRole('row', { name: /modified.*node z \(Gelu\) Relu Gelu/ }).waitFor();
});

for (const { name, ...look } of looks) {
  test(`changed code and graphs of weights are accessible: ${name}`, { skip: notHere }, async (t) => {
    const holds = name === 'dark' ? assertReadable : assertAccessible;
    const roots = await scratchFolder(t);
    const { page } = await openApp(t, { ...look, roots: [roots], opens: await computedOtherwise(roots) });
    await page.getByRole('row', { name: /model\.pt/ }).click();
    await page.getByRole('navigation', { name: 'Files of code that changed' }).waitFor();
    await holds(page, 'changed code');
    await assertFits(page);
    await page.getByRole('row', { name: /net\.onnx/ }).click();
    await page.getByRole('button', { name: 'Graph', exact: true }).click();
    await page.getByRole('region', { name: 'What changed in the graph' }).waitFor();
    await holds(page, 'a changed graph');
    await assertFits(page);
  });
}

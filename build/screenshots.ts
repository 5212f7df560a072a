/**
 * `npm run screenshots`: the pictures of the README, of the wizard, the inspector and the comparison, taken from the
 * real application into docs/images/; and the looks that test/ui/looks.test.ts compares with.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { launchBrowser, noBrowser, serveApp } from '../test/support/served-app.ts';
import { grounds, takeLooks } from '../test/ui/looks.ts';
import { atRest, goTo } from '../test/ui/screens.ts';
import { ensureBundle } from './bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const looksFolder = join(root, 'test', 'ui', 'looks');
const imagesFolder = join(root, 'docs', 'images');

/** Of the README: in the light alone. */
const pictures: Readonly<Record<string, string>> = { Inspect: 'inspector', Compare: 'diff' };

if (noBrowser) {
  console.error(noBrowser);
  process.exit(1);
}
await ensureBundle();
await mkdir(looksFolder, { recursive: true });
await mkdir(imagesFolder, { recursive: true });
const browser = await launchBrowser();
try {
  for (const ground of grounds) {
    await takeLooks(browser, ground, async ({ name, picture, small }) => {
      await writeFile(join(looksFolder, `${name.toLowerCase()}-${ground}.png`), small);
      const image = pictures[name];
      if (ground !== 'light' || image === undefined) return;
      await keep(image, picture);
    });
  }
  await keep('wizard', await takeWizard(browser));
} finally {
  await browser.close();
}

async function keep(name: string, picture: Buffer): Promise<void> {
  await writeFile(join(imagesFolder, `${name}.png`), picture);
  console.log(`docs/images/${name}.png: ${Math.round(picture.length / 1024)} KiB`);
}

/** Filled with the example model, so that its plan shows. */
async function takeWizard(browser: Browser): Promise<Buffer> {
  const example = join(root, 'examples', 'digits');
  const app = await serveApp(browser, { roots: [example], colorScheme: 'light', reducedMotion: 'reduce' });
  try {
    const { page } = app;
    await goTo(page, 'Pack');
    await page.getByLabel('Model name').fill('digits');
    await page.getByLabel('Weights', { exact: true }).fill(join(example, 'digits.pt'));
    await page.getByLabel('Model file', { exact: true }).fill(join(example, 'model.py'));
    await page.getByLabel('Handler file').first().fill(join(example, 'handler.py'));
    await page.getByLabel('Config file', { exact: true }).fill(join(example, 'model-config.yaml'));
    const plan = page.getByRole('region', { name: 'Plan' });
    await plan.getByRole('row', { name: /digits\.pt .*weights/ }).waitFor();
    await page.getByLabel('Model name').focus();
    await atRest(page);
    return await page.screenshot({ caret: 'hide', animations: 'disabled' });
  } finally {
    await app.close();
  }
}

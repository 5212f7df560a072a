/**
 * `npm run screenshots`: the pictures of the README, of the wizard, the inspector and the comparison, taken from the
 * real application into docs/images/; and the looks that test/ui/looks.test.ts compares with.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser, noBrowser } from '../test/support/served-app.ts';
import { grounds, takeLooks } from '../test/ui/looks.ts';
import { ensureBundle } from './bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const looksFolder = join(root, 'test', 'ui', 'looks');
const imagesFolder = join(root, 'docs', 'images');

/** Of the README: in the light alone. */
const pictures: Readonly<Record<string, string>> = { Pack: 'wizard', Inspect: 'inspector', Compare: 'diff' };

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
      await writeFile(join(imagesFolder, `${image}.png`), picture);
      console.log(`docs/images/${image}.png: ${Math.round(picture.length / 1024)} KiB`);
    });
  }
} finally {
  await browser.close();
}

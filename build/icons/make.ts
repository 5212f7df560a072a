/**
 * `npm run icons`: from the drawings beside this file, the icons in every format that an installer needs. The results
 * are kept in the repository, so that packaging needs no browser. Run it when a drawing changes.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { installedBrowser } from '../find-browser.ts';
import { packIcns, packIco } from './containers.ts';

const folder = import.meta.dirname;
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** Up to here the drawing made of whole pixels is clearer. */
const lastSmall = 32;

/** The folder for the images, the drawings, and the name that electron-builder looks for. */
const icons = [
  { images: 'app', drawing: 'icon.svg', small: 'icon-small.svg', packed: 'icon' },
  { images: 'file', drawing: 'file.svg', small: 'file-small.svg', packed: 'mar' },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? installedBrowser(),
  args: ['--no-sandbox', '--force-color-profile=srgb'],
});
try {
  for (const { images, drawing, small, packed } of icons) {
    await mkdir(join(folder, images), { recursive: true });
    const drawn = new Map<number, Buffer>();
    for (const size of sizes) {
      const png = await draw(browser, size <= lastSmall ? small : drawing, size);
      drawn.set(size, png);
      await writeFile(join(folder, images, `${size}x${size}.png`), png);
    }
    await writeFile(join(folder, `${packed}.ico`), packIco(drawn));
    await writeFile(join(folder, `${packed}.icns`), packIcns(drawn));
  }
} finally {
  await browser.close();
}

async function draw(browser: Browser, drawing: string, size: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const svg = await readFile(join(folder, drawing), 'utf8');
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  );
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
}

/**
 * The main screens as pictures, and as small grey ones: fonts, their smoothing and the width of words differ between
 * machines, while where things stand and how dark they are does not. 64 by 40 is a square of 20 pixels each.
 */
import type { Browser } from 'playwright';
import { decodePng, encodePng } from '../../core/image/png.ts';
import { serveApp } from '../support/served-app.ts';
import { forEachScreen } from './screens.ts';

export const grounds = ['light', 'dark'] as const;
export const lookedAt = ['Home', 'Pack', 'Inspect', 'Compare', 'Verify'];

const viewport = { width: 1280, height: 800 };
const square = 20;
const smallSize = { width: viewport.width / square, height: viewport.height / square };

export interface Look {
  readonly name: string;
  readonly picture: Buffer;
  /** PNG, of `smallSize`. */
  readonly small: Buffer;
}

export async function takeLooks(
  browser: Browser,
  colorScheme: (typeof grounds)[number],
  take: (look: Look) => Promise<void>,
): Promise<void> {
  const app = await serveApp(browser, { viewport, colorScheme, reducedMotion: 'reduce' });
  try {
    await forEachScreen(
      app,
      async (name) => {
        // Where the pointer and the caret stand is no part of a look.
        await app.page.mouse.move(viewport.width / 2, viewport.height - 1);
        const picture = await app.page.screenshot({ caret: 'hide', animations: 'disabled' });
        await take({ name, picture, small: smallOf(picture) });
      },
      lookedAt,
    );
  } finally {
    await app.close();
  }
}

/** From 0, black, to 255: one for each square. */
export function greyOf(png: Buffer, side: number): Float64Array {
  const image = decodePng(png, viewport.width * viewport.height);
  if (image === null) throw new Error('it is no PNG that can be read');
  const { width, height, rgba } = image;
  const columns = Math.floor(width / side);
  const grey = new Float64Array(columns * Math.floor(height / side));
  for (let y = 0; y < Math.floor(height / side) * side; y++) {
    for (let x = 0; x < columns * side; x++) {
      const at = (y * width + x) * 4;
      const [red, green, blue] = [rgba[at], rgba[at + 1], rgba[at + 2]] as [number, number, number];
      const to = Math.floor(y / side) * columns + Math.floor(x / side);
      grey[to] = (grey[to] as number) + (0.299 * red + 0.587 * green + 0.114 * blue) / side ** 2;
    }
  }
  return grey;
}

function smallOf(picture: Buffer): Buffer {
  const grey = greyOf(picture, square);
  const rgb = Uint8Array.from({ length: grey.length * 3 }, (_, at) =>
    Math.round(grey[Math.floor(at / 3)] as number),
  );
  return encodePng(smallSize.width, smallSize.height, rgb);
}

/** The main screens look as they did: compared small and grey, so that the fonts of another machine make no difference. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { launchBrowser } from '../support/served-app.ts';
import { servedOnly } from './app.ts';
import { greyOf, grounds, lookedAt, takeLooks } from './looks.ts';

/** Of 255: a line of text more or less in a square of 20 pixels stays below it, a panel or another ground does not. */
const threshold = 24;
/** The share of squares that may differ: other fonts make words longer, and a row more or less fit. */
const mostShare = 0.06;

const wayOut = 'where that is meant: npm run screenshots';

for (const ground of grounds) {
  test(`the main screens look as they did: ${ground}`, {
    skip: servedOnly('the pictures are of a page in a browser'),
  }, async (t) => {
    const browser = await launchBrowser();
    t.after(() => browser.close());
    const different: string[] = [];
    const seen: string[] = [];
    await takeLooks(browser, ground, async ({ name, small }) => {
      seen.push(name);
      const file = `${name.toLowerCase()}-${ground}.png`;
      const before = greyOf(await readFile(new URL(`looks/${file}`, import.meta.url)), 1);
      const after = greyOf(small, 1);
      const squares = after.filter(
        (value, at) => Math.abs(value - (before[at] as number)) > threshold,
      ).length;
      const share = squares / after.length;
      if (share > mostShare)
        different.push(`${file}: ${(share * 100).toFixed(1)} % of it is different; ${wayOut}`);
    });
    assert.deepEqual(seen, lookedAt);
    assert.deepEqual(different, []);
  });
}

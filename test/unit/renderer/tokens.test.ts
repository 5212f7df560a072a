/** The colours of renderer/tokens.css against section 3 of the specification: contrast, and colour-blind eyes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { contrastOf, distanceOf, type Rgb, rgbOf, seenBy, visions } from './colours.ts';

const css = readFileSync(new URL('../../../renderer/tokens.css', import.meta.url), 'utf8');

/** Every rule that looks at the theme and the palette alone, in its order. */
const rules = [...css.replaceAll(/\/\*.*?\*\//gs, '').matchAll(/^(:root[^{]*)\{([^}]*)\}/gm)].map(
  ([, selector = '', body = '']) => ({
    conditions: [...selector.matchAll(/\[data-([a-z]+)="([^"]+)"\]/g)].map(([, name, value]) => ({
      name,
      value,
    })),
    values: [...body.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6});/g)],
  }),
);

interface Look {
  readonly theme: string;
  readonly palette: string;
}

const looks: readonly Look[] = ['light', 'dark'].flatMap((theme) =>
  ['blue-orange', 'green-red'].map((palette) => ({ theme, palette })),
);

function coloursOf(look: Look): ReadonlyMap<string, Rgb> {
  const attributes: Readonly<Record<string, string>> = { ...look };
  const colours = new Map<string, Rgb>();
  for (const { conditions, values } of rules) {
    if (!conditions.every(({ name, value }) => attributes[name as string] === value)) continue;
    for (const [, name, value] of values) colours.set(name as string, rgbOf(value as string));
  }
  return colours;
}

/** On which grounds a colour stands, and how far it must differ from them. */
interface Pairs {
  readonly of: readonly string[];
  readonly on: readonly string[];
  readonly least: number;
}

const grounds = ['bg', 'surface', 'selection'];
const statuses = ['added', 'removed', 'modified', 'renamed'];
const pairs: readonly Pairs[] = [
  { of: ['text', 'muted', 'accent', 'error', 'warning', 'ok'], on: grounds, least: 4.5 },
  { of: ['text', 'muted'], on: ['sunken'], least: 4.5 },
  { of: statuses, on: grounds, least: 4.5 },
  ...statuses.map((status) => ({ of: [status, 'text', 'muted'], on: [`${status}-line`], least: 4.5 })),
  // On a word's tint nothing but the text stands.
  { of: ['text'], on: ['added-word', 'removed-word'], least: 4.5 },
  { of: ['text'], on: ['modified-word'], least: 7 },
  { of: ['on-accent'], on: ['accent'], least: 4.5 },
  // Edges of controls and the ring of the focus are shapes, not text.
  { of: ['control'], on: ['bg', 'surface'], least: 3 },
  { of: ['focus'], on: [...grounds, 'sunken'], least: 3 },
];

for (const look of looks) {
  const name = `${look.theme}, ${look.palette}`;
  const colours = coloursOf(look);
  const colour = (token: string): Rgb => {
    const found = colours.get(token);
    assert.ok(found, `tokens.css gives --${token} a colour`);
    return found;
  };

  test(`what is written can be read: ${name}`, () => {
    const tooClose = pairs.flatMap(({ of, on, least }) =>
      of.flatMap((front) =>
        on
          .map((ground) => ({ front, ground, contrast: contrastOf(colour(front), colour(ground)) }))
          .filter(({ contrast }) => contrast < least)
          .map(
            ({ front, ground, contrast }) => `${front} on ${ground}: ${contrast.toFixed(2)}, not ${least}`,
          ),
      ),
    );
    assert.deepEqual(tooClose, []);
  });

  test(`the four kinds of change stay apart for every kind of eyes: ${name}`, () => {
    const tooClose: string[] = [];
    for (const vision of visions) {
      for (const [at, one] of statuses.entries()) {
        for (const other of statuses.slice(at + 1)) {
          const distance = distanceOf(seenBy(vision, colour(one)), seenBy(vision, colour(other)));
          if (distance < 10) tooClose.push(`${one} and ${other}, ${vision}: ${distance.toFixed(1)}`);
        }
      }
    }
    assert.deepEqual(tooClose, []);
  });
}

/** Layers from names, where their cells lie, and where the keys lead. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { layerOf, layersOf } from '../../../../renderer/tensors/layers.ts';
import { keyTo, placeCells } from '../../../../renderer/tensors/map-places.ts';
import { cellShape, legendOrder } from '../../../../renderer/tensors/map-shapes.ts';

const model = (layers: number, parts: number) => [
  'embed.weight',
  ...Array.from({ length: layers * parts }, (_, at) => `layers.${Math.floor(at / parts)}.part${at % parts}`),
  'head.weight',
];

test('a layer goes to its first number, else to what comes before the last part', () => {
  assert.equal(layerOf('model.layers.22.attn.q'), 'model.layers.22');
  assert.equal(layerOf('encoder.block.3.layer.0.q'), 'encoder.block.3');
  assert.equal(layerOf('lm_head.weight'), 'lm_head');
  assert.equal(layerOf('/model/layers.4/attn/MatMul'), '/model/layers.4');
  assert.equal(layerOf('weight'), 'weight');
  assert.equal(layerOf(''), '');
  assert.equal(layerOf('0.weight'), '0');
});

test('layers that stand in the order of the alphabet are put into that of their numbers, others stay', () => {
  const names = ['a.0.x', 'a.1.x', 'a.10.x', 'a.2.x', 'norm.x', 'a.3.x'];
  assert.deepEqual(
    layersOf(names).map(({ name }) => name),
    ['a.0', 'a.1', 'a.2', 'a.3', 'norm', 'a.10'],
  );
  assert.deepEqual(
    layersOf(names)
      .flatMap(({ items }) => items)
      .sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5],
  );
});

for (const [layers, parts, width] of [
  [32, 9, 640],
  [1000, 10, 300],
  [1, 5000, 200],
  [0, 0, 64],
] as const) {
  test(`each of ${layers} layers of ${parts} has a cell for each tensor, within ${width} pixels, none over another`, () => {
    const names = model(layers, parts);
    const places = placeCells(layersOf(names), width);
    assert.equal(places.cells.length, names.length);
    assert.equal(new Set(places.cells.map(({ item }) => item)).size, names.length);
    for (const [at, { x, y }] of places.cells.entries()) {
      assert.ok(x >= 0 && x + places.step <= width, `cell ${at} at ${x}`);
      assert.ok(y + places.step <= places.height);
      assert.equal(places.at(x + places.step / 2, y + places.step / 2), at);
    }
  });
}

test('outside of all cells there is none', () => {
  const places = placeCells(layersOf(model(4, 3)), 400);
  assert.equal(places.at(399, 5), -1);
  assert.equal(places.at(5, places.height - 2), -1);
  assert.equal(places.at(-5, -5), -1);
});

test('arrows go down a layer and over to the like tensor of the next one; pages go by layer', () => {
  const places = placeCells(layersOf(model(4, 3)), 400);
  const nameAt = (at: number | null) => model(4, 3)[places.cells[at ?? -1]?.item ?? -1];
  const from = places.cells.findIndex(({ item }) => model(4, 3)[item] === 'layers.1.part2');
  assert.equal(nameAt(keyTo(places, from, 'ArrowRight')), 'layers.2.part2');
  assert.equal(nameAt(keyTo(places, from, 'ArrowLeft')), 'layers.0.part2');
  assert.equal(nameAt(keyTo(places, from, 'ArrowDown')), 'layers.2.part0');
  assert.equal(nameAt(keyTo(places, from, 'ArrowUp')), 'layers.1.part1');
  assert.equal(nameAt(keyTo(places, from, 'PageDown')), 'layers.2.part0');
  assert.equal(nameAt(keyTo(places, from, 'PageUp')), 'layers.0.part0');
  assert.equal(nameAt(keyTo(places, from, 'End')), 'head.weight');
  assert.equal(nameAt(keyTo(places, 0, 'ArrowUp')), 'embed.weight');
  assert.equal(keyTo(places, from, 'a'), null);
});

test('every cell can be reached with the arrows to the right and down', () => {
  const places = placeCells(layersOf(model(300, 7)), 250);
  const seen = new Set<number>();
  for (let at = 0; !seen.has(at); at = keyTo(places, at, 'ArrowDown') ?? at) seen.add(at);
  assert.equal(seen.size, places.cells.length);
  let last = 0;
  for (let at = 0, before = -1; at !== before; last = at) {
    before = at;
    at = keyTo(places, at, 'ArrowRight') ?? at;
  }
  assert.equal(places.cells[last]?.column, places.cells.at(-1)?.column);
});

test('no two looks have one shape: who sees no colour tells them apart', () => {
  const shapes = legendOrder.map((look) => cellShape(look, 0, 0, 14));
  assert.equal(new Set(shapes).size, legendOrder.length);
});

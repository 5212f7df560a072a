/**
 * The layers of a model, from the names of its tensors alone: "model.layers.22.attn.q" belongs to "model.layers.22". In the
 * order of the file; but where that is the order of the alphabet, 10 stands after 9 all the same.
 */

export interface Layer {
  /** What all its names begin with. */
  readonly name: string;
  /** Its number, or the last part of its name. */
  readonly label: string;
  /** Places among the names that were given. */
  readonly items: readonly number[];
}

export function layerOf(name: string): string {
  const parts = name.split(/[./]/);
  const numbered = parts.findIndex((part, at) => at > 0 && /^\d{1,6}$/.test(part));
  if (numbered !== -1) return joined(name, parts, numbered + 1);
  return parts.length > 1 ? joined(name, parts, parts.length - 1) : name;
}

/** The first parts with the separators that stand between them. */
function joined(name: string, parts: readonly string[], count: number): string {
  let length = count - 1;
  for (let at = 0; at < count; at++) length += (parts[at] as string).length;
  return name.slice(0, length);
}

const lastPart = (name: string) => name.split(/[./]/).at(-1) ?? name;
const isNumbered = (name: string) => /(^|[./])\d{1,6}$/.test(name);

export function layersOf(names: readonly string[]): readonly Layer[] {
  const items = new Map<string, number[]>();
  for (const [item, name] of names.entries()) {
    const layer = layerOf(name);
    const known = items.get(layer);
    if (known) known.push(item);
    else items.set(layer, [item]);
  }
  return inNumberOrder([...items.keys()]).map((name) => ({
    name,
    label: lastPart(name),
    items: items.get(name) as number[],
  }));
}

/** Numbered layers of one stem keep the places that they have among the others, in the order of their numbers. */
function inNumberOrder(layers: readonly string[]): readonly string[] {
  const stems = new Map<string, string[]>();
  const stemOf = (layer: string) =>
    isNumbered(layer) ? layer.slice(0, layer.length - lastPart(layer).length) : null;
  for (const layer of layers) {
    const stem = stemOf(layer);
    if (stem === null) continue;
    const known = stems.get(stem);
    if (known) known.push(layer);
    else stems.set(stem, [layer]);
  }
  for (const some of stems.values()) some.sort((a, b) => Number(lastPart(a)) - Number(lastPart(b)));
  const taken = new Map<string, number>();
  return layers.map((layer) => {
    const stem = stemOf(layer);
    if (stem === null) return layer;
    const at = taken.get(stem) ?? 0;
    taken.set(stem, at + 1);
    return stems.get(stem)?.[at] ?? layer;
  });
}

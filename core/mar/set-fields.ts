/** Changes single fields of a manifest; all others stay as they are, known or not. */
import { Problem } from '../contract/errors.ts';
import type { Manifest } from '../contract/model.ts';
import { nearest } from '../suggest.ts';

type Fields = Record<string, unknown>;

/** `fields` has dotted paths, such as "model.modelVersion". Objects on the way are made where they are missing. */
export function setFields(manifest: Manifest, fields: Readonly<Record<string, string>>): Manifest {
  const changed = structuredClone(manifest) as Fields;
  for (const [path, value] of Object.entries(fields)) {
    const keys = path.split('.');
    const last = keys.pop() as string;
    if ([...keys, last].some((key) => key === '' || key === '__proto__')) {
      throw misuse(`${JSON.stringify(path)} names no field`, 'write the path with dots: model.modelVersion');
    }
    assertMeant(path, [...keys, last], manifest);
    let place = changed;
    for (const [depth, key] of keys.entries()) {
      if (!Object.hasOwn(place, key)) place[key] = {};
      const next = place[key];
      if (typeof next !== 'object' || next === null || Array.isArray(next)) {
        const shown = keys.slice(0, depth + 1).join('.');
        throw misuse(`${shown} in the manifest has no fields, so ${path} can't be set`, 'check the path');
      }
      place = next as Fields;
    }
    const before = place[last];
    if (typeof before === 'object' && before !== null) {
      throw misuse(`${path} in the manifest holds more than a text`, 'name one of the fields in it');
    }
    place[last] = value;
  }
  return changed;
}

/** What TorchServe reads, and what older archivers wrote. */
const knownFields: Readonly<Record<string, readonly string[]>> = {
  '': [
    ...['createdOn', 'runtime', 'model', 'archiverVersion', 'description', 'modelServerVersion', 'engine'],
    ...['implementationVersion', 'specificationVersion', 'publisher', 'license'],
  ],
  model: [
    ...['modelName', 'modelVersion', 'handler', 'serializedFile', 'modelFile', 'requirementsFile'],
    ...['configFile', 'description', 'envelope', 'extensions'],
  ],
};

/** A field that nobody knows is legal, unless it looks like a slip for one that is known. */
function assertMeant(path: string, keys: readonly string[], manifest: Manifest): void {
  let place: unknown = manifest;
  for (const [depth, key] of keys.entries()) {
    const above = keys.slice(0, depth).join('.');
    const known = knownFields[above] ?? [];
    const isThere = typeof place === 'object' && place !== null && Object.hasOwn(place, key);
    if (!isThere && !known.includes(key)) {
      const near = nearest(key, known);
      const inModel = keys.length === 1 && near === null ? nearest(key, knownFields.model ?? []) : null;
      const meant = inModel === null ? near : `model.${inModel}`;
      if (meant === null) return;
      const wanted = [...keys.slice(0, depth), meant, ...keys.slice(depth + 1)].join('.');
      throw misuse(`the manifest has no field ${path}`, `did you mean ${wanted}?`);
    }
    place = isThere ? (place as Fields)[key] : undefined;
  }
}

function misuse(detail: string, suggestion: string): Problem {
  return Problem.of('USAGE', { detail, suggestion });
}

/** Each key of a config by itself: is it known, of the right type, and within its range. */
import { nearest } from '../suggest.ts';
import {
  type ConfigKey,
  type ConfigType,
  closedMaps,
  configKeys,
  requiredKeys,
  unreadKeys,
} from './config-schema.ts';
import { type ConfigState, schemaOf } from './config-state.ts';
import type { ConfigEntry } from './config-yaml.ts';

export function checkKeys(entries: readonly ConfigEntry[], parent: string, state: ConfigState): void {
  for (const entry of entries) {
    const key = schemaOf.get(entry.path);
    if (!key) {
      noticeUnknown(entry, parent, state);
      continue;
    }
    state.known.set(entry.path, entry);
    if (hasType(entry, key, state)) checkRange(entry, key, state);
    // Below handler every key is the handler's own.
    if (entry.path === 'handler') continue;
    checkRequired(entry, state);
    checkKeys(entry.children, entry.path, state);
  }
}

function noticeUnknown(entry: ConfigEntry, parent: string, state: ConfigState): void {
  const { path, place } = entry;
  if (unreadKeys.includes(path)) {
    state.notice('CONFIG_IGNORED', place, `TorchServe does not read ${path}`, 'leave it out');
    return;
  }
  const meant = nearest(entry.key, keysBelow(parent));
  if (meant !== null || closedMaps.includes(parent)) {
    const hint = meant === null ? undefined : `did you mean ${parent === '' ? meant : `${parent}.${meant}`}?`;
    state.notice(
      'CONFIG_UNKNOWN_KEY',
      place,
      `TorchServe does not know the key ${path} and goes on without it`,
      hint,
    );
  } else if (parent === '') {
    const message = `TorchServe has no use for the key ${path}; a custom handler may`;
    state.notice('CONFIG_CUSTOM_KEY', place, message);
  }
}

function keysBelow(parent: string): string[] {
  const prefix = parent === '' ? '' : `${parent}.`;
  return configKeys
    .filter(({ path }) => path.startsWith(prefix) && !path.slice(prefix.length).includes('.'))
    .map(({ path }) => path.slice(prefix.length));
}

function checkRequired(entry: ConfigEntry, state: ConfigState): void {
  if (!state.isMap(entry.path)) return;
  const reader = entry.path.startsWith('pt2') ? 'the worker' : `a handler that uses ${entry.path}`;
  for (const key of requiredKeys[entry.path] ?? []) {
    if (entry.children.some((child) => child.key === key)) continue;
    const message = `${entry.path} needs ${key}, without which ${reader} fails to start`;
    state.notice('CONFIG_MISSING_KEY', entry.place, message);
  }
}

const typeWords: Readonly<Record<ConfigType, string>> = {
  integer: 'a whole number',
  text: 'text',
  flag: 'true or false',
  integers: 'a list of whole numbers',
  texts: 'a list of texts',
  map: 'a map',
  any: 'anything',
};

function hasType(entry: ConfigEntry, key: ConfigKey, state: ConfigState): boolean {
  if (fits(entry, key.type)) return true;
  const shown = typeof entry.value === 'number' ? entry.written : showValue(entry.value);
  const wanted = typeWords[key.type];
  state.notice(
    'CONFIG_TYPE',
    entry.place,
    `${entry.path} is ${shown}, and should be ${wanted}: TorchServe ignores it`,
    key.type === 'map' ? 'write keys below it, or leave it out' : typeHint(entry, key, wanted),
  );
  state.overruled.set(entry.path, { effective: key.default, why: `${shown} is not ${wanted}` });
  return false;
}

function typeHint({ value }: ConfigEntry, { type }: ConfigKey, wanted: string): string {
  if (type === 'text') return 'write it in quotes';
  return typeof value === 'string' ? `write ${wanted}, without quotes` : `write ${wanted}`;
}

function checkRange(entry: ConfigEntry, key: ConfigKey, state: ConfigState): void {
  const { value, path, place } = entry;
  if (typeof value === 'number' && key.least !== undefined && value < key.least) {
    const effective = key.raisedTo ?? key.default;
    const what =
      key.raisedTo === undefined ? `ignores it and goes by ${effective}` : `takes ${effective} instead`;
    state.notice('CONFIG_RANGE', place, `${path} is ${value}, less than ${key.least}: TorchServe ${what}`);
    state.overruled.set(path, { effective, why: `${value} is less than ${key.least}` });
  }
  if (typeof value === 'string' && key.words && !key.words.includes(value.toLowerCase())) {
    const shown = showValue(value);
    const meant = nearest(value, key.words);
    const hint = meant === null ? `take one of ${key.words.join(', ')}` : `did you mean ${meant}?`;
    state.notice(
      'CONFIG_RANGE',
      place,
      `${path} is ${shown}, which TorchServe does not know and ignores`,
      hint,
    );
    state.overruled.set(path, { effective: key.default, why: `${shown} is not known` });
  }
}

/** Java's Integer; what is larger arrives as a Long and is not taken. */
const javaMaximum = 2 ** 31 - 1;

function isInteger(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= javaMaximum;
}

function fits({ value, written }: ConfigEntry, type: ConfigType): boolean {
  switch (type) {
    case 'integer':
      return isInteger(value) && !written?.includes('.');
    case 'text':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean';
    case 'integers':
      return Array.isArray(value) && value.every(isInteger);
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'any':
      return true;
  }
}

function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

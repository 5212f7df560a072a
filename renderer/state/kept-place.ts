/**
 * Where a window is, kept in its session so that a reload comes back to it. Not in the address: paths have no place in
 * the browser's history. A window that a host opens with an address of its own begins anew.
 */
import { isFreshStart } from '../host/session-token.ts';
import type { Place } from './route.svelte.ts';

const key = 'mar-studio-place';
/** A name may be a megabyte long; what is kept is written with every step. */
const longest = 65_536;

const textsOf: Readonly<Record<Place['screen'], readonly string[]>> = {
  home: [],
  pack: ['recipe'],
  repack: ['path'],
  inspect: ['path', 'entry', 'tab'],
  diff: ['before', 'after', 'policy'],
  verify: ['path'],
  settings: [],
};

export function keepPlace(place: Place): void {
  const { screen } = place;
  const whole = JSON.stringify(asPlace(place));
  const text = whole.length <= longest ? whole : JSON.stringify({ screen });
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // A browser may keep nothing at all: then a reload begins at Home.
  }
}

export function keptPlace(): Place {
  if (isFreshStart) return { screen: 'home' };
  try {
    return asPlace(JSON.parse(sessionStorage.getItem(key) ?? 'null'));
  } catch {
    return { screen: 'home' };
  }
}

/** What can be shown again of a place: its screen and what it is of, but nothing that was filled in. */
function asPlace(value: unknown): Place {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const screen = given.screen as Place['screen'];
  if (!Object.hasOwn(textsOf, screen)) return { screen: 'home' };
  const texts = textsOf[screen].filter((name) => typeof given[name] === 'string');
  return { screen, ...Object.fromEntries(texts.map((name) => [name, given[name]])) } as Place;
}

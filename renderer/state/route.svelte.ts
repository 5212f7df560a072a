/** Which screen is shown, and of what; back and forward as in a browser. */

export type Place =
  | { readonly screen: 'home' }
  | { readonly screen: 'pack'; readonly files?: readonly string[]; readonly recipe?: string }
  /** A new archive from an old one: another version, another format, or one that is mended. */
  | { readonly screen: 'repack'; readonly path?: string }
  | { readonly screen: 'inspect'; readonly path?: string; readonly entry?: string }
  | { readonly screen: 'diff'; readonly before?: string; readonly after?: string }
  | { readonly screen: 'verify'; readonly path?: string }
  | { readonly screen: 'settings' };

export type Screen = Place['screen'];

class Route {
  place = $state.raw<Place>({ screen: 'home' });
  /** Asks before a screen is left; false keeps it. */
  mayLeave: (() => boolean) | null = null;
  #past: readonly Place[] = [];
  #future: readonly Place[] = [];

  go(place: Place): void {
    if (this.mayLeave?.() === false) return;
    this.#past = [...this.#past, this.place];
    this.#future = [];
    this.#show(place);
  }

  /** The same screen knows more now, such as what it shows: no step of its own. */
  replace(place: Place): void {
    this.place = place;
  }

  back(): void {
    const to = this.#past.at(-1);
    if (to === undefined || this.mayLeave?.() === false) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.place];
    this.#show(to);
  }

  forward(): void {
    const to = this.#future.at(-1);
    if (to === undefined || this.mayLeave?.() === false) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.place];
    this.#show(to);
  }

  #show(place: Place): void {
    this.mayLeave = null;
    this.place = place;
  }
}

export const route = new Route();

/** One archive is looked into, two are compared. */
export function openPaths(paths: readonly string[]): void {
  const [first, second] = paths;
  if (first !== undefined && second !== undefined) route.go({ screen: 'diff', before: first, after: second });
  else if (first !== undefined) route.go({ screen: 'inspect', path: first });
}

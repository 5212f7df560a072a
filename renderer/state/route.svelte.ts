/** Which screen is shown, and of what; back and forward as in a browser. */
import type { PackInput } from '../../core/contract/model.ts';
import { keepPlace, keptPlace } from './kept-place.ts';

export type Place =
  | { readonly screen: 'home' }
  /** Filled from files whose roles are guessed, from a recipe, or from what it held before. */
  | {
      readonly screen: 'pack';
      readonly files?: readonly string[];
      readonly recipe?: string;
      readonly input?: PackInput;
    }
  /** A new archive from an old one: another version, another format, or one that is mended. */
  | { readonly screen: 'repack'; readonly path?: string }
  | { readonly screen: 'inspect'; readonly path?: string; readonly entry?: string; readonly tab?: string }
  | { readonly screen: 'diff'; readonly before?: string; readonly after?: string; readonly policy?: string }
  | { readonly screen: 'verify'; readonly path?: string }
  | { readonly screen: 'settings' };

export type Screen = Place['screen'];

class Route {
  #place = $state.raw<Place>(keptPlace());
  /** Asked before a screen is left; false keeps it. A question to somebody takes its time. */
  mayLeave: (() => boolean | Promise<boolean>) | null = null;
  #past = $state.raw<readonly Place[]>([]);
  #future = $state.raw<readonly Place[]>([]);
  /** What each screen showed last. */
  readonly #last = new Map<Screen, Place>();

  get place(): Place {
    return this.#place;
  }

  get canGoBack(): boolean {
    return this.#past.length > 0;
  }

  get canGoForward(): boolean {
    return this.#future.length > 0;
  }

  lastOf(screen: Screen): Place {
    return this.#last.get(screen) ?? ({ screen } as Place);
  }

  go(place: Place): void {
    this.#leave(() => {
      this.#past = [...this.#past, this.place];
      this.#future = [];
      this.#show(place);
    });
  }

  /** The same screen knows more now, such as what it shows: no step of its own. */
  replace(place: Place): void {
    this.#set(place);
  }

  back(): void {
    const to = this.#past.at(-1);
    if (to === undefined) return;
    this.#leave(() => {
      this.#past = this.#past.slice(0, -1);
      this.#future = [...this.#future, this.place];
      this.#show(to);
    });
  }

  forward(): void {
    const to = this.#future.at(-1);
    if (to === undefined) return;
    this.#leave(() => {
      this.#future = this.#future.slice(0, -1);
      this.#past = [...this.#past, this.place];
      this.#show(to);
    });
  }

  #leave(then: () => void): void {
    const answer = this.mayLeave?.() ?? true;
    if (answer === true) then();
    else if (answer !== false) {
      void answer.then((may) => {
        if (may) then();
      });
    }
  }

  #show(place: Place): void {
    this.mayLeave = null;
    this.#set(place);
  }

  #set(place: Place): void {
    this.#place = place;
    this.#last.set(place.screen, place);
    keepPlace(place);
  }
}

export const route = new Route();

/** One archive is looked into, two are compared. */
export function openPaths(paths: readonly string[]): void {
  const [first, second] = paths;
  if (first !== undefined && second !== undefined) route.go({ screen: 'diff', before: first, after: second });
  else if (first !== undefined) route.go({ screen: 'inspect', path: first });
}

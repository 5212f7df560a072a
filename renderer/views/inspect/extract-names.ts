/** Entries as patterns that mean them and nothing else: a bare name would be sought in every folder. */

export function patternOf(name: string): string {
  return `/${name.replaceAll(/[*?[]/g, '[$&]').replace(/^\/+/, '')}`;
}

/** What more than this takes, nobody waits for with a finger on a button. */
const mostBytes = 256 * 2 ** 20;
const mostNames = 1000;

export function isTooMuchToDrag(names: readonly string[], bytes: number): boolean {
  return names.length > mostNames || bytes > mostBytes;
}

/** What lies in a folder that is dragged goes with it. */
export function outermost(names: readonly string[]): readonly string[] {
  const wanted = new Set(names.map(withoutSlash));
  return [...wanted].filter((name) => {
    const parts = name.split('/');
    return !parts.some((_, at) => at > 0 && wanted.has(parts.slice(0, at).join('/')));
  });
}

const withoutSlash = (name: string) => name.replace(/\/+$/, '');

/** Entries as patterns that mean them and nothing else: a bare name would be sought in every folder. */

export function patternOf(name: string): string {
  return `/${name.replaceAll(/[*?[]/g, '[$&]').replace(/^\/+/, '')}`;
}

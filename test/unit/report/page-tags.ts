/** The tags of a page, by a reader that knows nothing of escaping but what the standard says. */

export interface Tag {
  /** With its "/" where it closes. */
  readonly name: string;
  readonly attributes: string;
}

export function tagsOf(html: string): Tag[] {
  const body = html.replace(/<style>[^<]*<\/style>/, '');
  return [...body.matchAll(/<([a-z!/][a-z0-9]*)((?:\s[^<>]*)?)>/gi)].map(
    ([, name = '', attributes = '']) => ({
      name: name.toLowerCase(),
      attributes,
    }),
  );
}

const withoutEnd = new Set(['meta', '!doctype', 'img']);

/** What was opened and not closed, or closed and not opened; empty for a page that is well formed. */
export function unbalanced(html: string): string[] {
  const open: string[] = [];
  for (const { name } of tagsOf(html)) {
    if (withoutEnd.has(name)) continue;
    if (!name.startsWith('/')) open.push(name);
    else if (open.at(-1) === name.slice(1)) open.pop();
    else return [...open, name];
  }
  return open;
}

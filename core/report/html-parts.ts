/** What the parts of the HTML report of a comparison are made of. */
import { clip } from '../contract/diff-words.ts';
import { formatCount, showName } from '../contract/format.ts';
import { escapeHtml } from './escape.ts';

export const longestName = 300;
const longestText = 1_000;

export const shown = (text: string, most = longestText) => escapeHtml(showName(clip(text, most)));
export const named = (name: string) => `<span class="name">${shown(name, longestName)}</span>`;
export const cut = (text: string) => `<p class="cut">${escapeHtml(text)}</p>`;
export const moreOf = (count: number, one: string, many?: string) =>
  count > 0 ? cut(`${formatCount(count, one, many)} not shown here; the JSON report has all.`) : '';

export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly string[],
  attributes = '',
): string {
  const head = heads
    .map((text) => `<th scope="col"${text === 'Change' ? ' class="what"' : ''}>${text}</th>`)
    .join('');
  return `<table${attributes}><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
}

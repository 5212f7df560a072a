/** Text from archives, made harmless for where it is going. Names were made visible by showName before. */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** XML 1.0 knows no way at all to write most control characters, so they become visible. */
export function escapeXml(text: string): string {
  const unspeakable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
  return escapeHtml(text.replace(unspeakable, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)).replace(
    /[\t\n\r]/g,
    (char) => `&#${char.charCodeAt(0)};`,
  );
}

/**
 * For running text, table cells and list items of GitHub's Markdown: nothing in it is markup, a link, a mention
 * or the end of a cell. What would split a cell is written as an entity, since a backslash before it may itself
 * be escaped.
 */
export function escapeMarkdown(text: string): string {
  const special =
    /[&<>|\\`]|[*_[\]~$]|[@#](?=\w)|(?<=\b(?:https?|ftp)):|(?<=\bwww)\.|^(?:[-+#]|\d+(?=[.)](?:\s|$)))/gi;
  return text.replace(/\s+/g, ' ').replace(special, (found, at: number) => {
    if (/^[*_[\]~$]$/.test(found)) return `\\${found}`;
    if (found === '@' || (found === '#' && at > 0)) return `${found}<!-- -->`;
    return [...found].map((char) => `&#${char.charCodeAt(0)};`).join('');
  });
}

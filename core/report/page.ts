/** The frame of every HTML report: one file, no script, no font or picture from elsewhere. */
import { escapeHtml } from './escape.ts';

/** Light or dark as the reader's system has it; black on white on paper. */
const style = `
:root { color-scheme: light dark; --text: #1c1e21; --dim: #5b6169; --page: #ffffff; --card: #f5f6f8;
  --line: #d5d9df; --error: #b3261e; --warning: #7a5200; --note: #1f5fa8; --good: #1d6b35; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --dim: #a3abb5; --page: #17191c;
  --card: #202327; --line: #3a3f46; --error: #ff8a80; --warning: #f2c46d; --note: #8ab8f2; --good: #7ccf95; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .75rem; }
code, .name { font-family: ui-monospace, monospace; font-size: .9em; unicode-bidi: isolate; }
p { margin: .25rem 0; }
.dim { color: var(--dim); }
.good { color: var(--good); } .bad, .error { color: var(--error); }
.warning { color: var(--warning); } .info { color: var(--note); }
article { border: 1px solid var(--line); border-left: 4px solid currentColor; border-radius: 6px;
  background: var(--card); padding: .75rem 1rem; margin: .75rem 0; break-inside: avoid; }
article h3 { font-size: .95rem; margin: 0 0 .25rem; }
article p, article .name { color: var(--text); }
article .dim { color: var(--dim); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1rem 0; }
dt { color: var(--dim); } dd { margin: 0; }
details { border-top: 1px solid var(--line); padding: .75rem 0; }
pre { white-space: pre-wrap; }
summary { cursor: pointer; font-weight: 600; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--note); outline-offset: 2px; }
ul { padding-left: 1.25rem; } li { margin: .15rem 0; }
@media print { :root { color-scheme: light; --text: #000; --dim: #333; --page: #fff; --card: #fff; --line: #999;
  --error: #8c1d18; --warning: #5c3d00; --note: #174a85; --good: #14532a; } body { padding: 0; } }
`;

/** Nothing may load, run or be sent, whatever slipped through. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface PageOptions {
  /** Rules of this report alone, after those of all. */
  readonly style?: string;
  /** The body has pictures, each within the page itself. */
  readonly pictures?: boolean;
}

/** `body` is HTML already; the title is text. */
export function htmlPage(title: string, body: string, options: PageOptions = {}): string {
  const allowed = options.pictures ? `${policy}; img-src data:` : policy;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(allowed)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${style}${options.style ?? ''}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/**
 * How the page of a comparison looks. Blue and orange stay apart for nearly every eye, and where they don't, each change
 * has its sign, its word and an edge of its own.
 */
export const diffStyle = `
:root { --added: #0a427f; --added-line: #dcebfb; --added-word: #a9cff5;
  --removed: #702600; --removed-line: #ffe8d6; --removed-word: #ffc391;
  --modified: #9b2fcd; --renamed: #57677e; }
@media (prefers-color-scheme: dark) { :root { --added: #54b4ff; --added-line: #0f2f4d; --added-word: #1d5288;
  --removed: #f7a861; --removed-line: #47260c; --removed-word: #7d430f;
  --modified: #fac9fe; --renamed: #9baaae; } }
body { max-width: 76rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--page); border: 2px solid var(--note); }
a { color: var(--note); }
.verdict { font-size: 1.15rem; margin: .25rem 0 1rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-variant-numeric: tabular-nums; }
table.changes { table-layout: fixed; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } thead th, th > code { overflow-wrap: normal; }
td:last-child, th:last-child { padding-right: 0; }
.what { width: 10rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; list-style: none; padding: 0; margin: 1rem 0; }
.counts b { font-size: 1.15rem; font-variant-numeric: tabular-nums; }
.added { color: var(--added); } .removed { color: var(--removed); }
.modified { color: var(--modified); } .renamed { color: var(--renamed); } .unchanged { color: var(--dim); }
.entry { border: 0; border-left: 3px solid currentColor; padding: .15rem 0 .15rem .75rem; margin: .35rem 0; }
.entry.removed { border-left-style: double; } .entry.modified { border-left-style: dashed; }
.entry.renamed { border-left-style: dotted; }
.entry > * { color: var(--text); }
.entry summary, .entry .head { font-weight: 400; padding: .15rem 0; }
.entry .status { display: inline-block; min-width: 6.5rem; font-weight: 600; }
.entry summary .name, .head .name { font-weight: 600; }
.entry.added .status { color: var(--added); } .entry.removed .status { color: var(--removed); }
.entry.modified .status { color: var(--modified); } .entry.renamed .status { color: var(--renamed); }
.facts { color: var(--dim); margin-left: .5rem; }
.head { margin: 0; }
.entry > .inside { padding: 0 0 .5rem 1.1rem; } .inside ul { margin: .25rem 0; }
pre.lines { margin: .5rem 0; border: 1px solid var(--line); border-radius: 4px; background: var(--card);
  font: .82rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
pre.lines > * { display: block; padding: 0 .75rem 0 15ch; text-indent: -14ch; text-decoration: none; }
pre.lines ins { background: var(--added-line); } pre.lines del { background: var(--removed-line); }
pre.lines ins mark { background: var(--added-word); } pre.lines del mark { background: var(--removed-word); }
pre.lines mark { color: inherit; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 3px; }
pre.lines i { font-style: normal; color: var(--dim); user-select: none; }
pre.lines ins i { color: var(--added); } pre.lines del i { color: var(--removed); }
pre.lines .at { color: var(--dim); border-top: 1px solid var(--line); padding-left: .75rem; text-indent: 0; }
pre.lines .at:first-child { border-top: 0; }
figure { margin: .75rem 0; } figcaption { color: var(--dim); }
img { max-width: 100%; border: 1px solid var(--line); image-rendering: pixelated; background: #fff; }
.cut { border-left: 4px solid var(--warning); padding: .25rem .75rem; }
.wide { overflow-x: auto; } table.tensors { min-width: 60rem; }
table.tensors td { white-space: nowrap; } table.tensors th { font-weight: 400; } table.tensors thead th { font-weight: 600; }
.map, .histogram, .strip { display: block; width: 100%; height: auto; max-width: 60rem; }
.strip { height: 1rem; border: 1px solid var(--line); } .histogram { max-width: 40rem; border-bottom: 1px solid var(--line); }
.fill { fill: var(--modified); } .histogram .fill { fill-opacity: .45; }
.histogram .line { fill: none; stroke: var(--text); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.map rect { fill: var(--modified); } .map .t-unchanged { fill: var(--dim); } .map .t-unknown { fill: var(--line); }
.map .t-added { fill: var(--added); } .map .t-removed { fill: var(--removed); } .map .t-renamed { fill: var(--renamed); }
@media (max-width: 40rem) { .what { width: auto; } .entry > .inside { padding-left: 0; }
  pre.lines > * { padding-left: 1rem; text-indent: 0; } }
@media (forced-colors: active) { pre.lines ins, pre.lines del { border-left: 3px solid; } }
@media print { :root { --added: #0a427f; --added-line: #e8f1fb; --added-word: #bcd9f5; --removed: #702600;
  --removed-line: #fff0e4; --removed-word: #ffd0a8; --modified: #6d1d93; --renamed: #44505f; }
  body { max-width: none; font-size: .8rem; } table.tensors { min-width: 0; } .skip { display: none; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  .entry, tr { break-inside: avoid-page; } pre.lines, .entry:has(pre) { break-inside: auto; }
  pre.lines ins, pre.lines del, pre.lines mark { print-color-adjust: exact; } }
`;

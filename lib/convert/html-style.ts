/** How a page that left Waxwing looks by itself, on a screen in both themes and on paper. */
export const PAGE_STYLE = `:root { color-scheme: light dark; --ink: #1f1a17; --soft: #6b625c; --line: #d9d2cb; --wash: #f5f1ed; --paper: #fffefc; --band: #f3d36b; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece6df; --soft: #a79d94; --line: #3d3732; --wash: #26221f; --paper: #181513; --band: #6d5a1d; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.6 Georgia, 'Source Serif 4', serif; overflow-wrap: anywhere; }
main { max-width: 42rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; margin: 1.6em 0 .5em; }
main > h1:first-child { margin-top: 0; font-size: 2.2rem; }
a { color: inherit; }
blockquote, [data-callout] { margin: 1em 0; padding: .1em 1em; border-inline-start: 3px solid var(--line); }
[data-callout] { background: var(--wash); border-radius: 6px; border-inline-start-color: var(--band); }
pre { padding: .8em 1em; background: var(--wash); border-radius: 6px; white-space: pre-wrap; }
code { font: .88em/1.5 ui-monospace, 'JetBrains Mono', monospace; }
figure { margin: 1.2em 0; }
figure > img { display: block; max-width: 100%; height: auto; border-radius: 6px; }
figcaption { margin-top: .4em; color: var(--soft); font-size: .85em; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
mark { background: var(--band); color: inherit; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1em 0; }
td, th { border: 1px solid var(--line); padding: .35em .6em; vertical-align: top; text-align: start; min-width: 3rem; }
th { background: var(--wash); }
td > p, th > p, td > figure, th > figure { margin: 0; }
[data-align="center"] { text-align: center; }
[data-align="right"] { text-align: right; }
[data-colour] { background: var(--wash); }
li:has(> input[type="checkbox"]) { list-style: none; margin-inline-start: -1.4em; }
li > input[type="checkbox"] { float: inline-start; margin-inline-end: .5em; margin-block-start: .45em; }
li > p, li > div > p { margin: .2em 0; }
@media print { body { background: none; font-size: 11pt; } main { max-width: none; padding: 0; } tr, pre, figure, blockquote, [data-callout] { break-inside: avoid; } h1, h2, h3, h4 { break-after: avoid; } }
`

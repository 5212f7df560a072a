/**
 * A text in CodeMirror, to read: loaded when the first text is shown. It lives in a shadow root, where its styles are
 * adopted sheets, which the page's policy allows.
 */
import { json } from '@codemirror/lang-json';
import { python } from '@codemirror/lang-python';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import {
  findNext,
  findPrevious,
  getSearchQuery,
  highlightSelectionMatches,
  openSearchPanel,
  search,
  searchKeymap,
} from '@codemirror/search';
import { EditorSelection, EditorState, type Extension, RangeSetBuilder } from '@codemirror/state';
import { Decoration, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

export interface CodeText {
  readonly text: string;
  readonly language: string;
  readonly label: string;
  /** Lines that TorchServe enters, and lines that something is wrong with. */
  readonly entered: readonly number[];
  readonly flawed: readonly number[];
  readonly wraps: boolean;
}

export interface CodeEditor {
  goTo(line: number, column?: number): void;
  find(): void;
  /** False where nothing was searched for. */
  findNext(step: 1 | -1): boolean;
  close(): void;
}

export function openCode(host: HTMLElement, code: CodeText): CodeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const view = new EditorView({ parent: root, root, state: stateOf(code) });
  return {
    goTo(line, column = 1) {
      const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
      const place = Math.min(at.to, at.from + column - 1);
      const effects = EditorView.scrollIntoView(place, { y: 'center' });
      view.dispatch({ selection: EditorSelection.cursor(place), effects });
      view.focus();
    },
    find: () => void openSearchPanel(view),
    findNext(step) {
      if (getSearchQuery(view.state).search === '') return false;
      return step === 1 ? findNext(view) : findPrevious(view);
    },
    close: () => view.destroy(),
  };
}

function stateOf({ text, language, label, entered, flawed, wraps }: CodeText): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      lineNumbers(),
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
      highlightSpecialChars({ addSpecialChars: hidden, render: shownCharacter }),
      highlightSelectionMatches(),
      search({ top: true }),
      keymap.of(searchKeymap),
      syntaxHighlighting(colours),
      look,
      wraps ? EditorView.lineWrapping : [],
      languageOf(language),
      EditorView.decorations.of((view) => lineMarks(view.state, entered, flawed)),
    ],
  });
}

function languageOf(language: string): Extension {
  if (language === 'python') return python();
  if (language === 'json') return json();
  return language === 'yaml' ? yaml() : [];
}

const enteredLine = Decoration.line({ class: 'entered' });
const flawedLine = Decoration.line({ class: 'flawed' });

function lineMarks(state: EditorState, entered: readonly number[], flawed: readonly number[]) {
  const builder = new RangeSetBuilder<Decoration>();
  const wanted = new Map([
    ...entered.map((n) => [n, enteredLine] as const),
    ...flawed.map((n) => [n, flawedLine] as const),
  ]);
  for (const [line, mark] of [...wanted].sort(([a], [b]) => a - b)) {
    if (line < 1 || line > state.doc.lines) continue;
    const { from } = state.doc.line(line);
    builder.add(from, from, mark);
  }
  return builder.finish();
}

/** What could make a text look other than it reads, beside what CodeMirror shows already. */
const hidden =
  /[\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\uffa0]|[\ufe00-\ufe0f]/g;

function shownCharacter(code: number): HTMLElement {
  const tag = document.createElement('span');
  tag.className = 'special';
  tag.textContent = `\\u{${code.toString(16)}}`;
  return tag;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.self], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ok)' },
  { tag: tags.number, color: 'var(--warning)' },
  { tag: [tags.comment, tags.meta], color: 'var(--muted)', fontStyle: 'italic' },
  {
    tag: [
      tags.definition(tags.variableName),
      tags.function(tags.definition(tags.variableName)),
      tags.className,
    ],
    fontWeight: '600',
  },
]);

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--bg)', fontSize: 'var(--meta)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-gutters': {
    backgroundColor: 'var(--surface)',
    color: 'var(--muted)',
    borderRight: '1px solid var(--border)',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-line': { borderLeft: '3px solid transparent' },
  '.entered': { borderLeftColor: 'var(--accent)', backgroundColor: 'var(--selection)' },
  '.flawed': { borderLeftColor: 'var(--error)', backgroundColor: 'var(--sunken)' },
  '.special': {
    color: 'var(--error)',
    border: '1px solid var(--error)',
    borderRadius: '2px',
    fontSize: '0.85em',
    padding: '0 2px',
  },
  '.cm-panels': {
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    borderBottom: '1px solid var(--border)',
  },
  '.cm-panel.cm-search': { padding: '6px 8px', fontFamily: 'var(--font)' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--text)', width: '24px', height: '24px' },
  '.cm-textfield': {
    backgroundColor: 'var(--bg)',
    color: 'var(--text)',
    border: '1px solid var(--control)',
    borderRadius: '4px',
    minHeight: '24px',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--bg)',
    color: 'var(--text)',
    border: '1px solid var(--control)',
    borderRadius: '4px',
    minHeight: '24px',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--modified-line)', outline: '1px solid var(--modified)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--modified-word)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--sunken)' },
});

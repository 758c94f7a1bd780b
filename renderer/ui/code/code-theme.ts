import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The colours are the page's tokens, so the theme switch needs nothing here. */
export const codeTheme = [
  EditorView.theme({
    '&': {
      height: '100%',
      minWidth: '0',
      backgroundColor: 'var(--panel)',
      color: 'var(--ink)',
      font: 'var(--mono)',
    },
    '.cm-scroller': { font: 'var(--mono)', overflow: 'auto', scrollbarWidth: 'thin' },
    '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
    '.cm-line': { padding: '0 14px 0 4px' },
    '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--ink-3)', border: 'none' },
    '.cm-lineNumbers .cm-gutterElement': { minWidth: '42px', paddingRight: '10px' },
    '&.cm-focused': { outline: 'none' },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, ::selection': {
      backgroundColor: 'var(--accent-soft)',
    },
    '.cm-selectionMatch': { backgroundColor: 'var(--warn-soft)' },
    '.cm-changed-line': { backgroundColor: 'var(--ok-soft)' },
    '.cm-panels': { backgroundColor: 'var(--panel-2)', color: 'var(--ink)', borderColor: 'var(--line)' },
    '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)' },
    '.cm-tooltip': {
      backgroundColor: 'var(--panel)',
      color: 'var(--ink)',
      border: '1px solid var(--line)',
      borderRadius: '6px',
      boxShadow: 'var(--shadow)',
      font: 'var(--font)',
    },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: tags.comment, color: 'var(--ink-3)' },
      { tag: tags.propertyName, color: 'var(--info)' },
      { tag: tags.variableName, color: 'var(--accent)' },
      { tag: tags.keyword, color: 'var(--hold)' },
      { tag: tags.string, color: 'var(--ink)' },
      { tag: tags.atom, color: 'var(--accent)' },
      { tag: tags.regexp, color: 'var(--warn)' },
      { tag: tags.invalid, color: 'var(--bad)' },
    ]),
  ),
];

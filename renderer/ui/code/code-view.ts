import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Transaction, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { codeTheme } from './code-theme.ts';
import { smallestChange } from './smallest-change.ts';

export interface CodeViewOptions {
  readonly label: string;
  readonly text: string;
  readonly extensions: Extension;
  readonly onedit?: ((text: string) => void) | undefined;
  readonly oncursor?: ((line: number) => void) | undefined;
}

export interface CodeView {
  readonly view: EditorView;
  /** Shows another text, keeping the cursor where it can be; nothing happens when it is the same. */
  replace(text: string): void;
  /** Replaces the extensions that it was made with; text, cursor and undo stay. */
  extend(extensions: Extension): void;
  goTo(line: number): void;
  destroy(): void;
}

/**
 * CodeMirror with what every text view of ours has. Tab leaves the editor, so that the keyboard is never caught. It
 * stands in a shadow root, where CodeMirror brings its styles by a style sheet object: in the document it would use
 * style elements, which our content security policy does not allow.
 */
export function createCodeView(host: HTMLElement, options: CodeViewOptions): CodeView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const parent = root.appendChild(document.createElement('div'));
  parent.style.height = '100%';
  const { label, text, extensions, onedit, oncursor } = options;
  const isReadOnly = onedit === undefined;
  const given = new Compartment();
  const view = new EditorView({
    parent,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        search({ top: true }),
        highlightSelectionMatches(),
        isReadOnly ? [] : history(),
        keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap]),
        EditorState.readOnly.of(isReadOnly),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
        codeTheme,
        given.of(extensions),
        EditorView.updateListener.of((update) => {
          const isOurs = update.transactions.some((transaction) =>
            transaction.annotation(Transaction.remote),
          );
          if (update.docChanged && !isOurs) onedit?.(update.state.doc.toString());
          if (update.docChanged || update.selectionSet) {
            oncursor?.(update.state.doc.lineAt(update.state.selection.main.head).number);
          }
        }),
      ],
    }),
  });

  return {
    view,
    replace(next) {
      const { doc } = view.state;
      if (doc.toString() === next) return;
      view.dispatch({
        changes: smallestChange(doc.toString(), next),
        annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)],
      });
    },
    extend(next) {
      if (given.get(view.state) !== next) view.dispatch({ effects: given.reconfigure(next) });
    },
    goTo(line) {
      const { doc } = view.state;
      const { from } = doc.line(Math.max(1, Math.min(line, doc.lines)));
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      view.focus();
    },
    destroy() {
      view.destroy();
      parent.remove();
    },
  };
}

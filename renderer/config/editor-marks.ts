import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { RangeSetBuilder, StateEffect, StateField, type Extension, type Text } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import type { Problem } from '../../core/api/contract/common.ts';

const changedLine = Decoration.line({ class: 'cm-changed-line' });
const setOriginal = StateEffect.define<string>();

/** Lines that the text as it is applied does not have. */
function marks(doc: Text, original: string): DecorationSet {
  const known = new Set(original.split('\n'));
  const builder = new RangeSetBuilder<Decoration>();
  for (let number = 1; number <= doc.lines; number++) {
    const line = doc.line(number);
    if (line.text !== '' && !known.has(line.text)) builder.add(line.from, line.from, changedLine);
  }
  return builder.finish();
}

interface Changes {
  readonly original: string;
  readonly marks: DecorationSet;
}

const changes = StateField.define<Changes>({
  create: (state) => ({ original: state.doc.toString(), marks: Decoration.none }),
  update(value, transaction) {
    let { original } = value;
    for (const effect of transaction.effects) if (effect.is(setOriginal)) original = effect.value;
    if (original === value.original && !transaction.docChanged) return value;
    return { original, marks: marks(transaction.state.doc, original) };
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.marks),
});

export const changedLines: Extension = changes;

const SEVERITY = { error: 'error', warning: 'warning', note: 'info' } as const;

export function showOriginal(view: EditorView, original: string): void {
  view.dispatch({ effects: setOriginal.of(original) });
}

export function showProblems(view: EditorView, problems: readonly Problem[]): void {
  const { doc } = view.state;
  const diagnostics = problems
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .map(({ line, message, severity }): Diagnostic => {
      const { from, to, text } = doc.line(line);
      const indent = /^\s*/.exec(text)?.[0].length ?? 0;
      return { from: from + indent, to, message, severity: SEVERITY[severity] };
    });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** F12 and Ctrl-click (on a Mac: Command-click) go to where `$name` is defined, or to the file a table is made from. */
import type { Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { targetAt } from './names-at.ts';

type Target = NonNullable<ReturnType<typeof targetAt>>;

export function goToDefinition(directory: () => string, go: (target: Target) => void): Extension {
  const goFrom = (view: EditorView, pos: number): boolean => {
    const line = view.state.doc.lineAt(pos);
    const target = targetAt(line.text, pos - line.from, directory());
    if (target !== undefined) go(target);
    return target !== undefined;
  };
  return [
    keymap.of([{ key: 'F12', run: (view) => goFrom(view, view.state.selection.main.head) }]),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        const pos =
          event.ctrlKey || event.metaKey ? view.posAtCoords({ x: event.clientX, y: event.clientY }) : null;
        if (pos === null || !goFrom(view, pos)) return false;
        event.preventDefault();
        return true;
      },
    }),
  ];
}

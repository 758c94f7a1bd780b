/**
 * Completion of parameter names: as one types at the start of a line, after `$` and after `-o`, or with Ctrl-Space. Arrow
 * keys choose, Enter or Tab takes, Escape closes.
 */
import { Prec, StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, showTooltip, type Command, type Tooltip } from '@codemirror/view';
import type { ParameterView } from '../../core/api/contract/config.ts';
import { matching, typedAt, type Kind, type Typed } from './names-at.ts';
import { parameterBox } from './parameter-box.ts';

const MOST = 60;
const LIST_ID = 'cm-completions';

interface Completion extends Typed {
  /** Where the line begins. */
  readonly lineFrom: number;
  readonly found: readonly ParameterView[];
  readonly chosen: number;
}

const choose = StateEffect.define<number>();
const close = StateEffect.define();
const ask = StateEffect.define();

export function parameterCompletion(kind: Kind, all: () => readonly ParameterView[]): Extension {
  function find(state: EditorState, isAsked: boolean): Completion | null {
    const { main } = state.selection;
    const line = state.doc.lineAt(main.head);
    const typed = main.empty ? typedAt(kind, line.text, main.head - line.from) : undefined;
    if (typed === undefined || (!isAsked && typed.prefix === '' && typed.as !== 'macro')) return null;
    const found = matching(all(), typed.prefix, MOST);
    const isDone = found.length === 1 && found[0]?.name === typed.prefix && !isAsked;
    return found.length === 0 || isDone ? null : { ...typed, lineFrom: line.from, found, chosen: 0 };
  }

  const field = StateField.define<Completion | null>({
    create: () => null,
    update(value, transaction) {
      for (const effect of transaction.effects) {
        if (effect.is(close)) return null;
        if (effect.is(ask)) return find(transaction.state, true);
        if (effect.is(choose)) return value === null ? null : { ...value, chosen: effect.value };
      }
      if (transaction.isUserEvent('input.type')) return find(transaction.state, false);
      if (transaction.isUserEvent('delete') && value !== null) return find(transaction.state, false);
      return transaction.docChanged || transaction.selection !== undefined ? null : value;
    },
    provide: (self) => [
      showTooltip.from(self, (value) => (value === null ? null : tooltipOf(value, self))),
      EditorView.contentAttributes.compute([self], (state): Record<string, string> => {
        const value = state.field(self);
        if (value === null) return {};
        return { 'aria-activedescendant': `${LIST_ID}-${value.chosen}`, 'aria-controls': LIST_ID };
      }),
    ],
  });

  const whileOpen =
    (act: (view: EditorView, value: Completion) => void): Command =>
    (view) => {
      const value = view.state.field(field);
      if (value === null) return false;
      act(view, value);
      return true;
    };
  const move = (by: number) =>
    whileOpen((view, { chosen, found }) => {
      view.dispatch({ effects: choose.of((chosen + by + found.length) % found.length) });
    });
  const take = whileOpen((view, value) => {
    accept(view, value, value.chosen);
  });

  return [
    field,
    Prec.highest(
      keymap.of([
        { key: 'ArrowDown', run: move(1) },
        { key: 'ArrowUp', run: move(-1) },
        { key: 'PageDown', run: move(8) },
        { key: 'PageUp', run: move(-8) },
        { key: 'Enter', run: take },
        { key: 'Tab', run: take },
        {
          key: 'Escape',
          run: whileOpen((view) => {
            view.dispatch({ effects: close.of(null) });
          }),
        },
        {
          key: 'Ctrl-Space',
          run: (view) => {
            view.dispatch({ effects: ask.of(null) });
            return true;
          },
        },
      ]),
    ),
    EditorView.domEventHandlers({
      blur: (_event, view) => {
        if (view.state.field(field) !== null) view.dispatch({ effects: close.of(null) });
      },
    }),
    completionTheme,
  ];
}

function accept(view: EditorView, value: Completion, index: number): void {
  const parameter = value.found[index];
  if (parameter === undefined) return;
  const from = value.lineFrom + value.from;
  const { head } = view.state.selection.main;
  const rest = view.state.doc.lineAt(head).text.slice(head - value.lineFrom);
  const hasValue = /^\s*=/.test(rest);
  const follows = { define: ' = ', override: '=', macro: '' }[value.as];
  const insert = parameter.name + (hasValue ? '' : follows);
  view.dispatch({
    changes: { from, to: head, insert },
    selection: { anchor: from + insert.length },
    userEvent: 'input.complete',
    effects: close.of(null),
  });
}

function tooltipOf(value: Completion, field: StateField<Completion | null>): Tooltip {
  return {
    pos: value.lineFrom + value.from,
    above: false,
    create(view) {
      const dom = document.createElement('div');
      dom.className = 'cm-completion';
      const list = dom.appendChild(document.createElement('ul'));
      list.id = LIST_ID;
      list.role = 'listbox';
      list.ariaLabel = 'Parameters';
      const rows = value.found.map(({ name }, index) => {
        const row = list.appendChild(document.createElement('li'));
        row.id = `${LIST_ID}-${index}`;
        row.role = 'option';
        row.textContent = name;
        row.onmousedown = (event) => {
          event.preventDefault();
          accept(view, value, index);
        };
        return row;
      });
      const detail = dom.appendChild(document.createElement('div'));
      const show = (chosen: number) => {
        rows.forEach((row, index) => {
          row.ariaSelected = String(index === chosen);
        });
        rows[chosen]?.scrollIntoView({ block: 'nearest' });
        const parameter = value.found[chosen];
        detail.replaceChildren(...(parameter === undefined ? [] : [parameterBox(parameter)]));
      };
      return {
        dom,
        mount: () => {
          show(value.chosen);
        },
        update: ({ state }) => {
          show(state.field(field)?.chosen ?? 0);
        },
      };
    },
  };
}

const completionTheme = EditorView.baseTheme({
  '.cm-completion': {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'stretch',
    maxWidth: 'min(680px, 92vw)',
  },
  '.cm-completion ul': {
    listStyle: 'none',
    margin: '0',
    padding: '4px 0',
    maxHeight: '210px',
    overflow: 'auto',
    scrollbarWidth: 'thin',
    flex: '1 1 300px',
    borderRight: '1px solid var(--line)',
  },
  '.cm-completion li': {
    padding: '2px 10px',
    fontFamily: 'var(--mono-family)',
    fontSize: '12px',
    cursor: 'default',
  },
  '.cm-completion li[aria-selected="true"]': { background: 'var(--sel)', fontWeight: '600' },
  '.cm-completion > div': { flex: '1 1 260px', maxWidth: '420px' },
});

/** A parameter as a small box in the editor: what it does, its values, whether it works here. */
import { EditorView } from '@codemirror/view';
import type { ParameterView } from '../../core/api/contract/config.ts';
import { markOf, setAt, shownValue } from './effect-words.ts';

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export function parameterBox(parameter: ParameterView): HTMLElement {
  const box = element('div', 'cm-parameter');
  const mark = markOf(parameter);
  const badge = element('span', `cm-mark cm-mark-${mark.tone}`, mark.text);
  badge.title = mark.title;
  const head = element('div', 'cm-parameter-head');
  head.append(element('b', '', parameter.name), badge);
  box.append(head);
  if (parameter.about !== '') box.append(element('p', '', parameter.about));
  const values = element('dl', '');
  const row = (name: string, value: string) => {
    values.append(element('dt', '', name), element('dd', '', value));
  };
  if (parameter.known) row('Default', shownValue(parameter.default));
  row('In use', shownValue(parameter.value));
  const at = setAt(parameter);
  row('Set', at ?? 'nowhere: the default holds');
  box.append(values);
  return box;
}

export const parameterBoxTheme = EditorView.baseTheme({
  '.cm-parameter': { padding: '8px 10px', maxWidth: '420px', overflowWrap: 'anywhere' },
  '.cm-parameter-head': { display: 'flex', flexWrap: 'wrap', gap: '4px 10px', alignItems: 'baseline' },
  '.cm-parameter p': { margin: '4px 0', color: 'var(--ink-2)' },
  '.cm-parameter dl': {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    gap: '1px 10px',
    margin: '4px 0 0',
    color: 'var(--ink-2)',
  },
  '.cm-parameter dt': { color: 'var(--ink-3)' },
  '.cm-parameter dd': { margin: '0', fontFamily: 'var(--mono-family)', fontSize: '12px' },
  '.cm-mark': { borderRadius: '9px', padding: '0 7px', fontSize: '11.5px', fontWeight: '600' },
  '.cm-mark-ok': { background: 'var(--ok-soft)', color: 'var(--ok)' },
  '.cm-mark-warn': { background: 'var(--warn-soft)', color: 'var(--warn)' },
  '.cm-mark-bad': { background: 'var(--bad-soft)', color: 'var(--bad)' },
});

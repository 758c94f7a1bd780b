/** The parameter under the pointer, explained. */
import { hoverTooltip } from '@codemirror/view';
import type { ParameterView } from '../../core/api/contract/config.ts';
import { nameAt } from './names-at.ts';
import { parameterBox } from './parameter-box.ts';

export const parameterHover = (find: (name: string) => ParameterView | undefined) =>
  hoverTooltip((view, pos) => {
    const line = view.state.doc.lineAt(pos);
    const word = nameAt(line.text, pos - line.from);
    const parameter = word === undefined ? undefined : find(word.name);
    if (word === undefined || parameter === undefined) return null;
    return {
      pos: line.from + word.from,
      end: line.from + word.to,
      above: true,
      create: () => ({ dom: parameterBox(parameter) }),
    };
  });

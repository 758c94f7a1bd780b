/** Whether a parameter does here what it does in Postfix, in words. */
import type { ParameterView } from '../../core/api/contract/config.ts';
import type { Tone } from '../ui/tone.ts';

export interface Mark {
  readonly tone: Tone;
  readonly text: string;
  readonly title: string;
}

export function markOf({ effect, known }: Pick<ParameterView, 'effect' | 'known'>): Mark {
  if (effect === 'works')
    return { tone: 'ok', text: 'works here', title: 'It does here what it does in Postfix.' };
  if (effect === 'no-effect')
    return {
      tone: 'warn',
      text: 'accepted, no effect here',
      title: 'It belongs to a part of Postfix that a sandbox does not have.',
    };
  return {
    tone: 'bad',
    text: 'not known',
    title: known
      ? 'Postfix knows it; nobody made sure that it works here.'
      : 'Postfix has no such parameter: it is a name of this configuration, or misspelt.',
  };
}

export const shownValue = (value: string): string => (value === '' ? '(empty)' : value);

/** `main.cf, line 7`; undefined where the default holds. */
export const setAt = ({ file, line }: Pick<ParameterView, 'file' | 'line'>): string | undefined =>
  file === undefined ? undefined : `${file}${line === undefined || line === 0 ? '' : `, line ${line}`}`;

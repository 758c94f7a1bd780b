/** Restrictions behind one that always answers: nothing ever asks them. */
import type { ConfigProblem } from '../config.ts';
import { withoutWords } from './lines.ts';
import type { CheckInput } from './input.ts';
import { listsOf } from './restriction-words.ts';

const ALWAYS = new Set(['permit', 'reject', 'defer']);

export function unreachableProblems({ settings, scope, texts }: CheckInput): readonly ConfigProblem[] {
  return listsOf(settings, scope, texts).flatMap(({ name, origin, restrictions }) => {
    const last = restrictions.findIndex(
      (one) => ALWAYS.has(one.name) && (!one.isWarning || one.name === 'permit'),
    );
    const unreached = last < 0 ? [] : restrictions.slice(last + 1);
    const [first] = unreached;
    if (first === undefined) return [];
    const words = unreached.flatMap((one) => one.words);
    const told = words.map(({ word }) => word.trim()).join(' ');
    return [
      {
        severity: 'warning' as const,
        file: origin.file,
        line: first.words[0]?.line ?? origin.line,
        parameter: name,
        rule: 'unreachable-restriction',
        message: `${name}: "${restrictions[last]?.name ?? ''}" always answers, so this is never reached: ${told}`,
        fix: {
          title: `Remove ${unreached.length === 1 ? first.name : `${unreached.length} restrictions`}`,
          edits: withoutWords(texts(origin.file) ?? '', origin.file, words),
        },
      },
    ];
  });
}

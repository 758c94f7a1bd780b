/** Restriction lists word by word, with where each word stands. Parameters: postconf(5). */
import type { Origin } from '../config.ts';
import type { Scope } from '../lookup.ts';
import type { Settings } from '../settings.ts';
import { groupsIn } from '../values.ts';
import { wordsOf, type Texts, type Word } from './lines.ts';

export const LISTS = [
  'smtpd_client_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_data_restrictions',
  'smtpd_end_of_data_restrictions',
  'smtpd_etrn_restrictions',
] as const;

/** Restrictions that the word behind them belongs to. */
const TAKES_ARGUMENT =
  /^(?:check_\w+_access|check_policy_service|(?:reject|permit)_(?:rbl|rhsbl|dnswl|rhswl)_\w+|reject_rbl|sleep)$/i;

export interface Restriction {
  readonly name: string;
  readonly argument: string;
  readonly isWarning: boolean;
  /** Its words, the argument's among them. */
  readonly words: readonly Word[];
}

/** `warn_if_reject` belongs to what follows it. */
export function restrictionsOf(words: readonly Word[]): readonly Restriction[] {
  const found: Restriction[] = [];
  let isWarning = false;
  let held: Word[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    const name = word.word.toLowerCase();
    held.push(word);
    if (name === 'warn_if_reject') {
      isWarning = true;
      continue;
    }
    const argument = TAKES_ARGUMENT.test(name) ? words[++at] : undefined;
    if (argument !== undefined) held.push(argument);
    for (let rest = words[at + 1]; rest?.isRest === true; rest = words[at + 1]) {
      held.push(rest);
      at++;
    }
    found.push({ name, argument: argument?.word ?? '', isWarning, words: held });
    [isWarning, held] = [false, []];
  }
  return found;
}

export interface List {
  readonly name: string;
  readonly origin: Origin;
  readonly restrictions: readonly Restriction[];
}

/** Every list that the files set: in main.cf, by a service, and the restriction classes. */
export function listsOf(settings: Settings, scope: Scope, texts: Texts): readonly List[] {
  const classes = (scope.expanded('smtpd_restriction_classes') ?? '').split(/[\s,]+/);
  const names = new Set<string>([...LISTS, ...classes]);
  const found: List[] = [];
  const add = (name: string, origin: Origin) => {
    const text = names.has(name) ? texts(origin.file) : undefined;
    if (text !== undefined)
      found.push({ name, origin, restrictions: restrictionsOf(wordsOf(text, origin, name)) });
  };
  for (const [name, { origin }] of settings.main) add(name, origin);
  for (const { overrides } of settings.services) for (const { name, origin } of overrides) add(name, origin);
  return found;
}

/** A list as it is in a scope, words of `$name` included, for those that only want to know what it does. */
export function expandedList(scope: Scope, name: string): readonly Restriction[] {
  const value = scope.expanded(name) ?? '';
  return restrictionsOf(groupsIn(value).groups.map(({ word, at }) => ({ word, line: 0, column: at })));
}

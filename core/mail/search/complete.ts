/** What is being typed at the cursor, so that it can be completed. */
import { SEARCH_OPERATORS, type SearchOperator } from './operators.ts';

export interface Completion {
  /** What stands at [from, to) is replaced. */
  readonly from: number;
  readonly to: number;
  /** As far as it is typed, without quotes. */
  readonly typed: string;
  /** undefined: an operator's name may be meant. */
  readonly operator: SearchOperator | undefined;
}

const WORD_BEFORE = /(?:^|[\s(|])-?((?:[a-z][a-z-]*:)?(?:"[^"]*|[^\s()"|]*))$/iu;

/** undefined: in the middle of a quoted phrase or another place where nothing can be suggested. */
export function completionAt(text: string, cursor: number): Completion | undefined {
  const before = text.slice(0, cursor);
  const typed = WORD_BEFORE.exec(before)?.[1];
  if (typed === undefined) return undefined;
  const rest = /^[^\s()"|]*/u.exec(text.slice(cursor))?.[0] ?? '';
  const to = cursor + rest.length;
  const colon = typed.indexOf(':');
  if (colon < 0) {
    if (typed.startsWith('"')) return undefined;
    return { from: cursor - typed.length, to, typed, operator: undefined };
  }
  const name = typed.slice(0, colon).toLowerCase();
  const operator = SEARCH_OPERATORS.find((known) => known.name === name);
  if (operator === undefined) return undefined;
  const value = typed.slice(colon + 1);
  return { from: cursor - value.length, to, typed: value.replace(/^"/u, ''), operator };
}

/** A value as it is typed: in quotes where it has to be. */
export const quoteValue = (value: string): string =>
  /[\s()"|]/u.test(value) || value === '' ? `"${value.replaceAll('"', '')}"` : value;

/** What can stand where the cursor is in a search. Pure, but for the addresses, which are asked for. */
import {
  completionAt,
  quoteValue,
  SEARCH_OPERATORS,
  USUAL_HEADERS,
  type Completion,
  type SearchOperator,
} from '../../core/mail/search/search.ts';

export interface Suggestion {
  /** What is shown; the same as what is meant. */
  readonly text: string;
  readonly what: string;
  /** What takes the place of the typed characters. */
  readonly insert: string;
}

export interface SuggestionSources {
  readonly tags: readonly string[];
  readonly mailboxes: readonly string[];
  addresses(side: 'from' | 'to', beginning: string): Promise<readonly string[]>;
}

const MOST = 8;

const operatorsFor = (typed: string): readonly Suggestion[] =>
  typed === ''
    ? []
    : SEARCH_OPERATORS.filter(({ name }) => name.startsWith(typed.toLowerCase())).map(({ name, what }) => ({
        text: `${name}:`,
        what,
        insert: `${name}:`,
      }));

async function valuesOf(
  { source, values }: SearchOperator,
  typed: string,
  sources: SuggestionSources,
): Promise<readonly string[]> {
  switch (source) {
    case 'tags':
      return sources.tags;
    case 'mailboxes':
      return sources.mailboxes;
    case 'headers':
      return USUAL_HEADERS;
    case 'from':
    case 'to':
      return sources.addresses(source, typed);
    default:
      return values ?? [];
  }
}

async function valuesFor(
  operator: SearchOperator,
  typed: string,
  sources: SuggestionSources,
): Promise<readonly Suggestion[]> {
  const values = await valuesOf(operator, typed, sources);
  const fitting = values.filter((value) => value.toLowerCase().startsWith(typed.toLowerCase()));
  return fitting
    .filter((value) => value.toLowerCase() !== typed.toLowerCase())
    .slice(0, MOST)
    .map((value) => ({ text: value, what: '', insert: quoteValue(value) }));
}

export interface Suggestions {
  readonly at: Completion;
  readonly items: readonly Suggestion[];
}

/** undefined: nothing can be suggested there. */
export async function suggest(
  text: string,
  cursor: number,
  sources: SuggestionSources,
): Promise<Suggestions | undefined> {
  const at = completionAt(text, cursor);
  if (at === undefined) return undefined;
  const items =
    at.operator === undefined ? operatorsFor(at.typed) : await valuesFor(at.operator, at.typed, sources);
  return items.length === 0 ? undefined : { at, items };
}

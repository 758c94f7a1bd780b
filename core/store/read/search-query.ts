/**
 * What a person types, as an FTS5 expression. Words must all occur, "quoted words" side by side, -words not at all;
 * a word that ends in * matches as a beginning. Every term is quoted, so nothing that is typed can be a syntax error.
 */
export interface SearchQuery {
  /** FTS5 expression of what must occur; '' when only exclusions were typed. */
  readonly wanted: string;
  /** FTS5 expression of what must not; ''. */
  readonly unwanted: string;
}

const TERM = /(?<not>-?)(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/gu;
/** What the tokenizer keeps nothing of would match everything or nothing. */
const HAS_TOKEN = /[\p{L}\p{N}\p{Co}]/u;
/** Shorter beginnings occur in nearly every message, and cost as much as reading them all. */
const SHORTEST_BEGINNING = 3;

const quoted = (text: string) => `"${text.replaceAll('"', '""').replaceAll('\0', ' ')}"`;

function toTerm(phrase: string | undefined, word: string): string {
  if (phrase !== undefined) return quoted(phrase);
  const beginning = /^(.*?)\*+$/su.exec(word)?.[1];
  if (beginning === undefined || Array.from(beginning).length < SHORTEST_BEGINNING) return quoted(word);
  return `${quoted(beginning)} *`;
}

/** undefined: nothing that could be searched for was typed, though something was. */
export function parseSearch(text: string): SearchQuery | undefined {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const match of text.matchAll(TERM)) {
    const { not, phrase, word } = match.groups ?? {};
    if (!HAS_TOKEN.test(phrase ?? word ?? '')) continue;
    (not === '-' ? unwanted : wanted).push(toTerm(phrase, word ?? ''));
  }
  if (wanted.length + unwanted.length === 0) return undefined;
  return { wanted: wanted.join(' AND '), unwanted: unwanted.join(' OR ') };
}

/** Both halves as one expression; only for queries that want something. */
export function matchExpression({ wanted, unwanted }: SearchQuery): string {
  return unwanted === '' ? wanted : `(${wanted}) NOT (${unwanted})`;
}

/**
 * What a person types, as an FTS5 expression. Words must all occur, "quoted words" side by side, -words not at all.
 * The last word also matches as a beginning, so that results come while typing. Every term is quoted, so nothing
 * that is typed can be a syntax error.
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

const quoted = (text: string) => `"${text.replaceAll('"', '""').replaceAll('\0', ' ')}"`;

/** undefined: nothing that could be searched for was typed, though something was. */
export function parseSearch(text: string): SearchQuery | undefined {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const match of text.matchAll(TERM)) {
    const { not, phrase, word } = match.groups ?? {};
    const term = phrase ?? word ?? '';
    if (!HAS_TOKEN.test(term)) continue;
    const isLast = match.index + match[0].length === text.length;
    const isBeginning = isLast && word !== undefined && not === '' && term.length > 1;
    (not === '-' ? unwanted : wanted).push(isBeginning ? `${quoted(term)} *` : quoted(term));
  }
  if (wanted.length + unwanted.length === 0) return undefined;
  return { wanted: wanted.join(' AND '), unwanted: unwanted.join(' OR ') };
}

/** Both halves as one expression; only for queries that want something. */
export function matchExpression({ wanted, unwanted }: SearchQuery): string {
  return unwanted === '' ? wanted : `(${wanted}) NOT (${unwanted})`;
}

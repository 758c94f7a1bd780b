/**
 * The language that mail is searched in: words, "quoted phrases", beginnings*, -exclusions, `or`, brackets, and
 * operators such as `from:alice` (operators.ts lists them). Pure: the window reads it for its suggestions, the command
 * line for its errors, the store makes SQL of the tree.
 *
 * Differs from mail programs in that an unknown operator is an error that says where, not a word that is never found.
 */
export { parseSearch, type ParsedSearch } from './parse.ts';
export { SEARCH_OPERATORS, USUAL_HEADERS, type SearchOperator } from './operators.ts';
export { completionAt, quoteValue, type Completion } from './complete.ts';
export { headerToken, headerTokens } from './header-tokens.ts';
export { ruleProblem, tagName } from './tag-name.ts';
export type { SearchNode, SearchProblem, SearchStatus, TextField } from './tree.ts';

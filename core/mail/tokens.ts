/**
 * RFC 822 tokens as Postfix's tok822 reads them: permissive, nothing is thrown away, `%`, `!` and `|` are operators
 * too. Addresses have two forms: external (quoted, as in headers and SMTP) and internal (unquoted, everywhere else).
 */
import { quoteLocal } from './quote.ts';

export interface Token {
  readonly kind: 'atom' | 'qstring' | 'comment' | 'domlit' | 'op' | 'startgrp' | 'addr';
  /** Without quotes or brackets; a comment with its parentheses; an operator's one character. */
  readonly text: string;
  /** The tokens of one address (`addr` only). */
  readonly inner?: readonly Token[];
}

const OPERATORS = new Set('|%!()<>@,;:\\".[]');

export const operator = (text: string): Token => ({ kind: 'op', text });
export const isOperator = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'op' && token.text === text;

const isBlank = (char: string): boolean => char === ' ' || char === '\t' || char === '\r' || char === '\n';

/** An atom with one of these, once its backslashes are gone, can only be written as a quoted string. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const NEEDS_QUOTES = /[\x00-\x20\x7f|%!()<>@,;:\\".[\]]/;

/** Reads up to an unescaped character that `ends` matches; blanks become spaces, backslashes are dropped. */
function collect(source: string, from: number, ends: RegExp): { text: string; at: number } {
  let text = '';
  let at = from;
  for (;;) {
    ends.lastIndex = at;
    const end = ends.exec(source)?.index ?? source.length;
    text += source.slice(at, end);
    at = end;
    if (source.charAt(at) !== '\\') break;
    text += source.charAt(at + 1);
    at = Math.min(at + 2, source.length);
  }
  return { text: text.replace(/[\t\r\n]/g, ' '), at };
}

/** Reads a comment with those nested in it, in external form. */
function collectComment(source: string, from: number): { text: string; at: number } {
  let level = 1;
  let at = from;
  while (at < source.length && level > 0) {
    const char = source.charAt(at);
    at += 1;
    if (char === '(') level += 1;
    else if (char === ')') level -= 1;
    else if (char === '\\') at += 1;
  }
  at = Math.min(at, source.length);
  return { text: `(${source.slice(from, at)}`, at };
}

/** What ends each kind of token, or escapes a character in it. */
const DOMAIN_LITERAL_END = /[\]\\]/g;
const QUOTED_STRING_END = /["\\]/g;
const ATOM_END = /[ \t\r\n|%!()<>@,;:\\".[\]]/g;

function scanToken(source: string, at: number): { token: Token; at: number } {
  const char = source.charAt(at);
  if (char === '(') {
    const comment = collectComment(source, at + 1);
    return { token: { kind: 'comment', text: comment.text }, at: comment.at };
  }
  if (char === '[') {
    const { text, at: end } = collect(source, at + 1, DOMAIN_LITERAL_END);
    return { token: { kind: 'domlit', text }, at: end + 1 };
  }
  if (char === '"') {
    const { text, at: end } = collect(source, at + 1, QUOTED_STRING_END);
    return { token: { kind: 'qstring', text }, at: end + 1 };
  }
  if (char !== '\\' && OPERATORS.has(char)) return { token: operator(char), at: at + 1 };
  const { text, at: end } = collect(source, at, ATOM_END);
  return { token: { kind: NEEDS_QUOTES.test(text) ? 'qstring' : 'atom', text }, at: end };
}

/**
 * External form to a flat list of tokens (tok822_scan).
 * @param limit stop after so many tokens; 0: no limit
 */
export function scanTokens(source: string, limit = 0): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length && (limit === 0 || tokens.length < limit)) {
    if (isBlank(source.charAt(at))) {
      at += 1;
      continue;
    }
    const next = scanToken(source, at);
    tokens.push(next.token);
    at = next.at;
  }
  return tokens;
}

const isWord = (token: Token): boolean => token.kind !== 'op' && token.kind !== 'startgrp';

function needsSpace(token: Token, next: Token | undefined): boolean {
  if (next === undefined) return false;
  if (token.kind === 'startgrp' || isOperator(next, '<')) return true;
  return isWord(token) && isWord(next);
}

/** How tokens are joined: `list` and `lines` put spaces where needed, `lines` breaks the line after a comma. */
export type Joining = 'address' | 'list' | 'lines';

function join(tokens: readonly Token[], joining: Joining, write: (token: Token) => string): string {
  let text = '';
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    text += write(token);
    if (joining === 'address') continue;
    // also after a comma at the end
    if (isOperator(token, ',')) text += joining === 'lines' ? '\n' : ' ';
    else if (needsSpace(token, tokens[i + 1])) text += ' ';
  }
  return text;
}

/** Tokens to internal form (tok822_internalize). */
export function internalize(tokens: readonly Token[], joining: Joining = 'list'): string {
  return join(tokens, joining, (token) => {
    if (token.kind === 'domlit') return `[${token.text}]`;
    if (token.kind === 'addr') return internalize(token.inner ?? [], 'address');
    return token.kind === 'startgrp' ? ':' : token.text;
  });
}

/** Tokens to external form, with quotes where they are needed (tok822_externalize). */
export function externalize(tokens: readonly Token[], joining: Joining = 'list'): string {
  return join(tokens, joining, (token) => {
    if (token.kind === 'qstring') return `"${token.text.replace(/["\\\r\n]/g, '\\$&')}"`;
    if (token.kind === 'domlit') return `[${token.text.replace(/[\\\r\n]/g, '\\$&')}]`;
    if (token.kind === 'addr') return quoteLocal(internalize(token.inner ?? [], 'address'));
    return token.kind === 'startgrp' ? ':' : token.text;
  });
}

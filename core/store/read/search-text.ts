/**
 * The text conditions of a search as an FTS5 expression. Every term is quoted, so nothing that is typed can be a syntax
 * error of SQLite's.
 */
import { headerToken, headerTokens, type SearchNode, type TextField } from '../../mail/search/search.ts';

/** What must match, or what must not: FTS5 has no expression for "all but these". */
export type TextMatch = { readonly wanted: string } | { readonly unwanted: string };

const COLUMN: Readonly<Record<Exclude<TextField, 'any'>, string>> = {
  subject: 'subject',
  from: 'sender',
  to: 'recipient',
  cc: 'cc',
  bcc: 'bcc',
  body: 'body',
  attachment: 'files',
};

/** An expression for words that begin so. */
export type Beginning = (text: string) => string;

export const quoted = (text: string): string => `"${text.replaceAll('"', '""').replaceAll('\0', ' ')}"`;
/** After words: the last of them only has to begin so. */
export const ANY_BEGINNING = '" *';
export const anyBeginning: Beginning = (text) => quoted(text).replace(/"$/u, ANY_BEGINNING);

const headerWords = ({ name, text }: Extract<SearchNode, { kind: 'header' }>) =>
  text === undefined ? headerToken(name) : headerTokens(name, text).join(' ');

/** Of one condition; undefined: it is no text. */
export function leafMatch(node: SearchNode, beginning: Beginning): string | undefined {
  if (node.kind !== 'text' && node.kind !== 'header') return undefined;
  const text = node.kind === 'header' ? headerWords(node) : node.text;
  const words = node.isBeginning ? beginning(text) : quoted(text);
  if (node.kind === 'header') return `headers : ${words}`;
  return node.field === 'any' ? words : `${COLUMN[node.field]} : ${words}`;
}

const wantedOf = (matches: readonly TextMatch[]) =>
  matches.flatMap((match) => ('wanted' in match ? [match.wanted] : []));
const unwantedOf = (matches: readonly TextMatch[]) =>
  matches.flatMap((match) => ('unwanted' in match ? [match.unwanted] : []));
const list = (expressions: readonly string[], by: 'AND' | 'OR') =>
  expressions.length === 1 ? (expressions[0] ?? '') : `(${expressions.join(` ${by} `)})`;

/** All of them together. */
function allMatch(matches: readonly TextMatch[]): TextMatch {
  const wanted = wantedOf(matches);
  const unwanted = unwantedOf(matches);
  if (wanted.length === 0) return { unwanted: list(unwanted, 'OR') };
  if (unwanted.length === 0) return { wanted: list(wanted, 'AND') };
  return { wanted: `(${list(wanted, 'AND')} NOT ${list(unwanted, 'OR')})` };
}

/** One of them at least: "a or not b" is all but "b without a". */
function anyMatch(matches: readonly TextMatch[]): TextMatch {
  const wanted = wantedOf(matches);
  const unwanted = unwantedOf(matches);
  if (unwanted.length === 0) return { wanted: list(wanted, 'OR') };
  if (wanted.length === 0) return { unwanted: list(unwanted, 'AND') };
  return { unwanted: `(${list(unwanted, 'AND')} NOT ${list(wanted, 'OR')})` };
}

/** undefined: something in it is no text. */
export function textMatch(node: SearchNode, beginning: Beginning = anyBeginning): TextMatch | undefined {
  if (node.kind === 'not') {
    const inner = textMatch(node.node, beginning);
    if (inner === undefined) return undefined;
    return 'wanted' in inner ? { unwanted: inner.wanted } : { wanted: inner.unwanted };
  }
  if (node.kind === 'and' || node.kind === 'or') {
    const inner = node.nodes.map((one) => textMatch(one, beginning));
    const matches = inner.filter((match) => match !== undefined);
    if (matches.length < inner.length) return undefined;
    return node.kind === 'and' ? allMatch(matches) : anyMatch(matches);
  }
  const leaf = leafMatch(node, beginning);
  return leaf === undefined ? undefined : { wanted: leaf };
}

/** The conditions of a text, one by one. */
export function leavesOf(node: SearchNode): readonly SearchNode[] {
  if (node.kind === 'and' || node.kind === 'or') return node.nodes.flatMap(leavesOf);
  return node.kind === 'not' ? leavesOf(node.node) : [node];
}

/** The same as SQL that puts tests of its conditions together. */
export function textTest(node: SearchNode, testOf: (leaf: SearchNode) => string): string {
  if (node.kind === 'not') return `NOT ${textTest(node.node, testOf)}`;
  if (node.kind !== 'and' && node.kind !== 'or') return testOf(node);
  const tests = node.nodes.map((one) => textTest(one, testOf));
  return `(${tests.join(node.kind === 'and' ? ' AND ' : ' OR ')})`;
}

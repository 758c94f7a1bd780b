/** From an operator and its value to a condition, or to what is wrong with the value. */
import { SEARCH_OPERATOR_NAMES } from './operators.ts';
import { SEARCH_FEATURES, SEARCH_FLAGS, SEARCH_STATUSES, type SearchNode, type TextField } from './tree.ts';
import { parseSearchSize, parseSearchTime } from './values.ts';

/** What the tokenizer of the index keeps nothing of would match everything or nothing. */
const HAS_TOKEN = /[\p{L}\p{N}\p{Co}]/u;
/** Shorter beginnings occur in nearly every message, and cost as much as reading them all. */
const SHORTEST_BEGINNING = 3;

export interface TypedValue {
  readonly text: string;
  readonly isQuoted: boolean;
  /** For relative times, ms since the epoch. */
  readonly now: number;
}

/** 'ignored': there is nothing in it to look for. A string says what is wrong. */
type Condition = SearchNode | 'ignored' | { readonly wrong: string };

/** `invo*`: a beginning, where it is long enough. */
function beginningOf({ text, isQuoted }: TypedValue): {
  readonly text: string;
  readonly isBeginning: boolean;
} {
  const beginning = isQuoted ? undefined : /^(.*?)\*+$/su.exec(text)?.[1];
  if (beginning === undefined) return { text, isBeginning: false };
  return { text: beginning, isBeginning: Array.from(beginning).length >= SHORTEST_BEGINNING };
}

export function textCondition(field: TextField, value: TypedValue): Condition {
  if (!HAS_TOKEN.test(value.text)) return 'ignored';
  return { kind: 'text', field, ...beginningOf(value) };
}

function oneOf<T extends string>(
  all: readonly T[],
  operator: string,
  text: string,
  make: (value: T) => SearchNode,
): Condition {
  const found = all.find((value) => value === text.toLowerCase());
  if (found !== undefined) return make(found);
  return { wrong: `${operator}: is one of ${all.join(', ')}` };
}

function headerCondition(value: TypedValue): Condition {
  const colon = value.text.search(/[:=]/u);
  const name = (colon < 0 ? value.text : value.text.slice(0, colon)).trim();
  if (!/^[!-9;-~]+$/u.test(name))
    return { wrong: 'header: needs a name, as in header:X-Mailer or header:X-Mailer:php' };
  const text = colon < 0 ? '' : value.text.slice(colon + 1).trim();
  if (!HAS_TOKEN.test(text)) return { kind: 'header', name, text: undefined, isBeginning: false };
  return { kind: 'header', name, ...beginningOf({ ...value, text }) };
}

function timeCondition(kind: 'before' | 'after', { text, now }: TypedValue): Condition {
  const at = parseSearchTime(text, now);
  if (at !== undefined) return { kind, at };
  return { wrong: `${kind}: takes a day (2026-11-22), today, yesterday, or how long ago (2h, 7d)` };
}

function sizeCondition(kind: 'larger' | 'smaller', { text }: TypedValue): Condition {
  const bytes = parseSearchSize(text);
  return bytes === undefined ? { wrong: `${kind}: takes a size, as in 512, 10k or 1.5M` } : { kind, bytes };
}

const named = (kind: 'tag' | 'mailbox', { text }: TypedValue): Condition =>
  text.trim() === '' ? { wrong: `${kind}: needs a name` } : { kind, name: text.trim() };

const CONDITIONS: Readonly<Record<string, (value: TypedValue) => Condition>> = {
  from: (value) => textCondition('from', value),
  to: (value) => textCondition('to', value),
  cc: (value) => textCondition('cc', value),
  bcc: (value) => textCondition('bcc', value),
  subject: (value) => textCondition('subject', value),
  body: (value) => textCondition('body', value),
  attachment: (value) => textCondition('attachment', value),
  header: headerCondition,
  tag: (value) => named('tag', value),
  mailbox: (value) => named('mailbox', value),
  status: ({ text }) => oneOf(SEARCH_STATUSES, 'status', text, (status) => ({ kind: 'status', status })),
  is: ({ text }) => oneOf(SEARCH_FLAGS, 'is', text, (flag) => ({ kind: 'is', flag })),
  has: ({ text }) => oneOf(SEARCH_FEATURES, 'has', text, (feature) => ({ kind: 'has', feature })),
  before: (value) => timeCondition('before', value),
  after: (value) => timeCondition('after', value),
  larger: (value) => sizeCondition('larger', value),
  smaller: (value) => sizeCondition('smaller', value),
  'queue-id': ({ text }) => ({ kind: 'queue-id', text: text.trim() }),
  'message-id': ({ text }) => ({ kind: 'message-id', text: text.trim().replace(/^<?(.*?)>?$/su, '<$1>') }),
};

export const isSearchOperator = (name: string): boolean => Object.hasOwn(CONDITIONS, name);

export function operatorCondition(operator: string, value: TypedValue): Condition {
  return CONDITIONS[operator]?.(value) ?? 'ignored';
}

/** How many letters have to change (Levenshtein): for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

export function unknownOperator(name: string): string {
  const near = SEARCH_OPERATOR_NAMES.find((known) => distance(name, known) <= (name.length >= 4 ? 2 : 1));
  const advice =
    near === undefined ? 'Put the words into quotes to look for them as they stand' : `Did you mean ${near}:`;
  return `There is no operator ${name}: . ${advice}${near === undefined ? '.' : '?'}`;
}

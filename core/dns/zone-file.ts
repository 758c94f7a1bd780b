/**
 * Records as lines of a zone file (RFC 1035 section 5.1), in and out: `example.com. 3600 IN MX 10 mail.example.com.`
 *
 * TTL and class may be left out. `;` begins a comment; `$ORIGIN` and `$TTL` work; a line that begins with a blank is about
 * the name before; `@` is the origin. A name without a final dot is below the origin; where there is none it is
 * complete. Forced answers stand where a type stands: `gone.example.com. NXDOMAIN`. A PTR may be filed under its address.
 * What a zone of a real server has beyond that (SOA, SRV, parentheses) is refused with its line.
 */
import {
  DATA_TYPES,
  DEFAULT_TTL,
  FORCED_TYPES,
  type DnsRecord,
  type DnsRecordType,
} from '../util/dns-record.ts';
import { checkRecord, conflictOf } from './record-check.ts';

export interface ZoneProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export type ZoneFile =
  | { readonly kind: 'records'; readonly records: readonly DnsRecord[] }
  | { readonly kind: 'wrong'; readonly problems: readonly ZoneProblem[] };

/** A word of a line; a quoted one is text, whatever it looks like. */
interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** What lines before said. */
interface State {
  readonly origin: string;
  readonly ttl: number;
  readonly owner: string | undefined;
}

type Read = { readonly record?: DnsRecord; readonly state: State } | { readonly wrong: string };

const WORD = /"((?:[^"\\]|\\.)*)"|([^\s";()]+)|(;.*$)|([()"])/g;

const unescape = (text: string) => text.replace(/\\(.)/g, '$1');

function wordsOf(line: string): readonly Word[] | string {
  const words: Word[] = [];
  for (const [, quoted, plain, , bad] of line.matchAll(WORD)) {
    if (bad === '"') return 'a quoted text does not end';
    if (bad !== undefined) return 'parentheses are not understood: put the record on one line';
    if (quoted !== undefined) words.push({ text: unescape(quoted), isQuoted: true });
    else if (plain !== undefined) words.push({ text: plain, isQuoted: false });
  }
  return words;
}

const TYPES: readonly string[] = [...DATA_TYPES, ...FORCED_TYPES];

/** The type that a word names, in any case. */
export function recordType(word: string): DnsRecordType | undefined {
  return TYPES.find((type) => type === word.toUpperCase()) as DnsRecordType | undefined;
}

export const recordTypeNames = (): string => TYPES.join(', ');

/** A name as it stands in a line: relative to the origin where there is one. */
function absolute(name: string, origin: string): string {
  if (name === '@') return origin;
  return origin === '' || name.endsWith('.') ? name : `${name}.${origin}`;
}

const isNumber = (text: string): boolean => /^\d{1,10}$/.test(text);

/** What follows the type. */
function readData(type: DnsRecordType, words: readonly Word[], origin: string) {
  const texts = words.map(({ text }) => text);
  const host = (name: string) => (name === '.' ? name : absolute(name, origin));
  switch (type) {
    case 'MX':
      if (texts.length !== 2 || !isNumber(texts[0] ?? '')) {
        return { wrong: 'MX needs a preference and a host: MX 10 mail.example.com.' };
      }
      return { preference: Number(texts[0]), value: host(texts[1] ?? '') };
    case 'TXT':
      // Words without quotes are one text: that is what people mean.
      return { value: texts.join(words.every(({ isQuoted }) => isQuoted) ? '\n' : ' ') };
    default:
      if (texts.length > 1) return { wrong: `"${texts.slice(1).join(' ')}" is too much after ${type}` };
      return { value: ['CNAME', 'NS', 'PTR'].includes(type) ? host(texts[0] ?? '') : (texts[0] ?? '') };
  }
}

function readDirective([directive, value, ...rest]: readonly string[], state: State): Read {
  if (value === undefined || rest.length > 0) return { wrong: `${directive ?? ''} takes one word` };
  switch (directive?.toUpperCase()) {
    case '$ORIGIN':
      return { state: { ...state, origin: value === '.' ? '' : value.replace(/\.?$/, '.') } };
    case '$TTL':
      if (!isNumber(value)) return { wrong: `$TTL takes a number of seconds, not "${value}"` };
      return { state: { ...state, ttl: Number(value) } };
    default:
      return { wrong: `${directive ?? ''} is not understood; $ORIGIN and $TTL are` };
  }
}

/** Takes `3600`, `IN` and `IN 3600` off the front. */
function skipTtlAndClass(words: readonly Word[], defaultTtl: number) {
  let at = 0;
  let ttl = defaultTtl;
  for (; at < 2; at++) {
    const text = words[at]?.text;
    if (text !== undefined && isNumber(text)) ttl = Number(text);
    else if (text?.toUpperCase() !== 'IN') break;
  }
  return { ttl, rest: words.slice(at) };
}

function readRecord(line: string, words: readonly Word[], state: State): Read {
  const { origin } = state;
  const isContinued = /^\s/.test(line);
  const owner = isContinued ? state.owner : absolute(words[0]?.text ?? '', origin);
  if (owner === undefined || owner === '') return { wrong: 'there is no name before this record' };
  const { ttl, rest } = skipTtlAndClass(isContinued ? words : words.slice(1), state.ttl);
  const [typeWord, ...data] = rest;
  if (typeWord === undefined) return { wrong: `${owner} needs a type: ${recordTypeNames()}` };
  const type = recordType(typeWord.text);
  if (type === undefined) {
    return { wrong: `"${typeWord.text}" is not a type of record here; these are: ${recordTypeNames()}` };
  }
  const read = readData(type, data, origin);
  if ('wrong' in read) return { wrong: read.wrong };
  const checked = checkRecord({ name: owner, type, ttl, ...read });
  if (checked.kind === 'wrong') return { wrong: checked.message };
  return { record: checked.record, state: { ...state, owner } };
}

function readLine(line: string, state: State): Read {
  const words = wordsOf(line);
  if (typeof words === 'string') return { wrong: words };
  const [first] = words;
  if (first === undefined) return { state };
  if (first.text.startsWith('$'))
    return readDirective(
      words.map(({ text }) => text),
      state,
    );
  return readRecord(line, words, state);
}

/** Reads all lines; with any problem there are no records. `existing`: what they will stand beside. */
export function parseZone(text: string, existing: readonly DnsRecord[] = []): ZoneFile {
  const records: DnsRecord[] = [];
  const problems: ZoneProblem[] = [];
  let state: State = { origin: '', ttl: DEFAULT_TTL, owner: undefined };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const read = readLine(line, state);
    if ('wrong' in read) {
      problems.push({ line: index + 1, message: read.wrong });
      continue;
    }
    ({ state } = read);
    if (read.record === undefined) continue;
    const conflict = conflictOf(read.record, [...existing, ...records]);
    if (conflict !== undefined) problems.push({ line: index + 1, message: conflict });
    else records.push(read.record);
  }
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'records', records };
}

const HOST_TYPES: readonly string[] = ['CNAME', 'NS', 'PTR', 'MX'];

/** What follows the type in a line: `10 mail.example.com.`, `"some text"`; '' for a forced answer. */
export function recordData({ type, preference, value }: DnsRecord): string {
  if (type === 'TXT') {
    const strings = value.split('\n').map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
    return strings.join(' ');
  }
  const host = HOST_TYPES.includes(type) && value !== '.' ? `${value}.` : value;
  return preference === undefined ? host : `${preference} ${host}`;
}

/** One record as a line that `parseZone` reads back. */
export function formatRecord(record: DnsRecord): string {
  const { name, type, ttl } = record;
  const data = recordData(record);
  return data === '' ? `${name}. ${type}` : `${name}. ${ttl} IN ${type} ${data}`;
}

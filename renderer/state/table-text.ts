/**
 * Tables as rows, and rows back into the text: only the lines of the row that is changed are written anew; comments, order
 * and everything else stay. aliases(5) has `name: value`, other tables `key value`. Pure.
 */
export type TableKind = 'aliases' | 'table';

export interface Row {
  readonly key: string;
  readonly value: string;
  /** The physical lines (from 0) that it stands on, comments between them left out. */
  readonly lines: readonly number[];
}

const isBlankOrComment = (line: string) => /^\s*(?:#|$)/.test(line);

/** Lines that say nothing that the kind understands are left out; they stay in the text. */
export function rowsOf(text: string, kind: TableKind): readonly Row[] {
  const found: { text: string; lines: number[] }[] = [];
  text.split('\n').forEach((line, index) => {
    if (isBlankOrComment(line)) return;
    const last = found.at(-1);
    if (/^\s/.test(line) && last !== undefined) {
      last.text += ` ${line.trim()}`;
      last.lines.push(index);
    } else if (!/^\s/.test(line)) found.push({ text: line.trimEnd(), lines: [index] });
  });
  return found.flatMap(({ text: logical, lines }) => {
    const [, key = '', value = ''] = PATTERNS[kind].exec(logical) ?? [];
    return key === '' || value === '' ? [] : [{ key: unquoted(key), value, lines }];
  });
}

const PATTERNS: { readonly [Kind in TableKind]: RegExp } = {
  aliases: /^("(?:\\.|[^"\\])*"|[^\s:"]+)\s*:\s*(.*)$/,
  table: /^("(?:\\.|[^"\\])*"|[^\s"]+)\s+(.*)$/,
};

const unquoted = (key: string) => (key.startsWith('"') ? key.slice(1, -1).replace(/\\(.)/g, '$1') : key);

/** A key as it is written: in quotes where it has to be. */
function written(key: string, kind: TableKind): string {
  const isPlain = kind === 'aliases' ? /^[^\s:"#,@()<>\\]+$/.test(key) : /^[^\s"#\\]+$/.test(key);
  return isPlain ? key : `"${key.replace(/["\\]/g, '\\$&')}"`;
}

/** The row with another key and value: on its first line, with the blanks that were there. */
export function changeRow(text: string, kind: TableKind, row: Row, entry: Entry): string {
  const lines = text.split('\n');
  const [first = 0, ...rest] = row.lines;
  const old = lines[first] ?? '';
  const blanks = (kind === 'aliases' ? /:(\s*)/ : /^\S+(\s+)/).exec(old)?.[1] ?? ' ';
  lines[first] = lineOf(entry, kind, blanks === '' ? ' ' : blanks);
  return lines.filter((_line, index) => !rest.includes(index)).join('\n');
}

export interface Entry {
  readonly key: string;
  readonly value: string;
}

const lineOf = ({ key, value }: Entry, kind: TableKind, blanks: string) =>
  `${written(key, kind)}${kind === 'aliases' ? ':' : ''}${blanks}${value}`;

/** At the end of the file. */
export function addRow(text: string, kind: TableKind, entry: Entry): string {
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${before}${lineOf(entry, kind, ' ')}\n`;
}

/** Its lines go; comments above and between stay. */
export function removeRow(text: string, row: Row): string {
  return text
    .split('\n')
    .filter((_line, index) => !row.lines.includes(index))
    .join('\n');
}

/** Why an entry cannot be written; undefined: it can. */
export function faultOf(
  entry: Entry,
  others: readonly Row[],
  kind: TableKind,
  keyName: string,
): string | undefined {
  const key = entry.key.trim();
  if (key === '') return `${keyName} is missing`;
  if (entry.value.trim() === '') return 'Where it goes is missing';
  if (/[\n\r]/.test(entry.key + entry.value)) return 'One line only';
  if (kind === 'aliases' && key.includes('@')) return 'An alias is a local name, without @';
  if (key.startsWith('#')) return 'A line that begins with # is a comment';
  if (others.some((row) => row.key.toLowerCase() === key.toLowerCase())) return `${key} is there already`;
  return undefined;
}

interface ListWord {
  readonly word: string;
  readonly line: number;
  readonly column: number;
}

/** The words of a list in main.cf, where they stand (lines from 0). */
export function listWords(text: string, name: string): readonly ListWord[] {
  const lines = text.split('\n');
  const start = definitionOf(lines, name);
  if (start < 0) return [];
  const words: ListWord[] = [];
  for (const line of definitionLines(lines, start)) {
    const whole = lines[line] ?? '';
    const from = line === start ? whole.indexOf('=') + 1 : 0;
    for (const match of whole.slice(from).matchAll(/[^\s,]+/g))
      words.push({ word: match[0], line, column: from + match.index });
  }
  return words;
}

const definitionOf = (lines: readonly string[], name: string) =>
  lines.findLastIndex((line) => new RegExp(`^${name}\\s*=`).test(line));

/** The lines of a definition that say something. */
function definitionLines(lines: readonly string[], start: number): readonly number[] {
  const found = [start];
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (isBlankOrComment(line)) continue;
    if (!/^\s/.test(line)) break;
    found.push(at);
  }
  return found;
}

/** Adds a word to a list; `first` begins a list that is not set. */
export function addWord(text: string, name: string, word: string, first = word): string {
  const lines = text.split('\n');
  const start = definitionOf(lines, name);
  if (start < 0) return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${name} = ${first}\n`;
  const words = listWords(text, name);
  if (words.some((one) => one.word === word)) return text;
  const last = definitionLines(lines, start).at(-1) ?? start;
  const before = (lines[last] ?? '').trimEnd();
  lines[last] = words.length === 0 ? `${before} ${word}` : `${before.replace(/,$/, '')}, ${word}`;
  return lines.join('\n');
}

/** Takes a word off a list; a line that says nothing any more goes, the definition stays. */
export function removeWord(text: string, name: string, word: string): string {
  const lines = text.split('\n');
  const found = listWords(text, name).find((one) => one.word === word);
  if (found === undefined) return text;
  const line = lines[found.line] ?? '';
  const before = line.slice(0, found.column);
  const after = line
    .slice(found.column + word.length)
    .replace(/^\s*,\s*/, /[=]\s*$/.test(before) ? '' : ', ');
  const isLast = after.trim() === '' || after.trim() === ',';
  const kept = (
    isLast ? before.replace(/,\s*$/, '') : before.replace(/,\s*$/, '') + after.replace(/^,\s*$/, '')
  ).trimEnd();
  if (/^\s*,?\s*$/.test(kept)) lines.splice(found.line, 1);
  else lines[found.line] = kept;
  return lines.join('\n');
}

/** The first table of a parameter that is a text file of keys in the configuration folder. */
export function tableFile(value: string, directory: string): string | undefined {
  const folders = ['$config_directory/', '${config_directory}/', `${directory}/`];
  for (const word of value.split(/[\s,]+/)) {
    const [, type = '', name = ''] = /^([a-z]+):(.*)$/.exec(word) ?? [];
    const folder = folders.find((one) => name.startsWith(one));
    const isKeyed = ['hash', 'lmdb', 'btree', 'cdb', 'dbm', 'sdbm', 'texthash'].includes(type);
    if (isKeyed && folder !== undefined && !name.slice(folder.length).includes('/'))
      return name.slice(folder.length);
  }
  return undefined;
}

/** The physical lines of a configuration file, as fixes change them. */
import type { FixEdit, Origin } from '../config.ts';
import { readLogicalLines, type LogicalLine } from '../logical-lines.ts';
import { groupsIn } from '../values.ts';

/** A file's text, or the draft in its place; undefined: there is none. */
export type Texts = (file: string) => string | undefined;

/** The logical line that a place belongs to. */
export function logicalAt(text: string, line: number): LogicalLine | undefined {
  const { lines, strays } = readLogicalLines(text);
  return [...lines, ...strays].find((logical) => logical.parts.some((part) => part.line === line));
}

export const physicalLine = (text: string, line: number): string => text.split('\n')[line - 1] ?? '';

/** The lines of an entry that say something, each commented out. */
export function commentedOut(text: string, file: string, lines: readonly number[]): readonly FixEdit[] {
  return lines.map((line) => ({ file, line, count: 1, text: `#${physicalLine(text, line)}\n` }));
}

/** Another text for one line. */
export const replaced = (file: string, line: number, text: string): FixEdit => ({
  file,
  line,
  count: 1,
  text: `${text}\n`,
});

/** Adds lines at the end of a file. */
export function appended(text: string, file: string, added: string): FixEdit {
  const lines = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (text === '' || text.endsWith('\n')) return { file, line: lines + 1, count: 0, text: added };
  return { file, line: lines, count: 1, text: `${physicalLine(text, lines)}\n${added}` };
}

export interface Word {
  readonly word: string;
  readonly line: number;
  /** From 0. */
  readonly column: number;
  /** It began on a line before: a brace was open. */
  readonly isRest?: boolean;
}

/** The words of a value where they stand, line by line. */
export function wordsOf(text: string, { line }: Origin, name: string): readonly Word[] {
  const logical = logicalAt(text, line);
  if (logical === undefined) return [];
  let open = 0;
  return logical.parts.flatMap((part) => {
    const physical = physicalLine(text, part.line);
    const from = part.line === line ? valueStart(physical, name) : 0;
    // an override ends with its word, or with the brace around it
    const to =
      physical.startsWith(' ') && /-o\s/.test(physical) && part.line === line
        ? overrideEnd(physical, from)
        : physical.length;
    if (part.line !== line && /^\s*-o\s/.test(physical)) return [];
    const wasOpen = open > 0;
    const found = groupsIn(physical.slice(from, to), undefined, open);
    open = found.open;
    return found.groups.map(({ word, at }, index) => ({
      word,
      line: part.line,
      column: from + at,
      ...(wasOpen && index === 0 ? { isRest: true } : {}),
    }));
  });
}

function valueStart(physical: string, name: string): number {
  const found = new RegExp(`(?:^|[\\s{])${name}\\s*=`).exec(physical);
  return found === null ? physical.length : found.index + found[0].length;
}

function overrideEnd(physical: string, from: number): number {
  const end = /[\s}]/.exec(physical.slice(from));
  return end === null ? physical.length : from + end.index;
}

/** The lines without these words and the commas that went with them; a line that says nothing any more goes. */
export function withoutWords(text: string, file: string, words: readonly Word[]): readonly FixEdit[] {
  return [...new Set(words.map(({ line }) => line))].map((line) => {
    let physical = physicalLine(text, line);
    const gone = words.filter((word) => word.line === line).sort((a, b) => b.column - a.column);
    for (const { word, column } of gone) {
      const before = physical.slice(0, column);
      const after = physical.slice(column + word.length);
      physical = /[,=]\s*$/.test(before)
        ? before.replace(/,\s*$/, '') + after
        : before.trimEnd() + after.replace(/^\s*,/, '');
    }
    const isEmpty = /^[\s,]*$/.test(physical);
    return { file, line, count: 1, text: isEmpty ? '' : `${physical.trimEnd()}\n` };
  });
}

/** Which parameter the text means at a place: pure, over one line and a column. */
import type { ConfigFile } from '../../core/api/contract/config.ts';

export type Kind = ConfigFile['kind'];

/** What is being typed, and how it goes on when it is completed. */
export interface Typed {
  readonly prefix: string;
  /** Column where it begins. */
  readonly from: number;
  /** `define` is followed by ` = `, `override` by `=`, `macro` by nothing. */
  readonly as: 'define' | 'override' | 'macro';
}

/** undefined: no name can stand here. */
export function typedAt(kind: Kind, line: string, column: number): Typed | undefined {
  if (kind !== 'main' && kind !== 'master') return undefined;
  if (/^\s*#/.test(line)) return undefined;
  const before = line.slice(0, column);
  const macro = /\$[{(]?([A-Za-z0-9_]*)$/.exec(before);
  if (macro !== null) return typed(macro[1] ?? '', column, 'macro');
  const name = (kind === 'main' ? /^([A-Za-z0-9_]*)$/ : /\s-o\s+([A-Za-z0-9_]*)$/).exec(before)?.[1];
  return name === undefined ? undefined : typed(name, column, kind === 'main' ? 'define' : 'override');
}

const typed = (prefix: string, column: number, as: Typed['as']): Typed => ({
  prefix,
  from: column - prefix.length,
  as,
});

export interface Word {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The word under a column that may be a parameter's name: defined here, or referred to. */
export function nameAt(line: string, column: number): Word | undefined {
  if (/^\s*#/.test(line)) return undefined;
  for (const match of line.matchAll(/[A-Za-z0-9][A-Za-z0-9_]*/g)) {
    const to = match.index + match[0].length;
    if (match.index <= column && column <= to) return { name: match[0], from: match.index, to };
  }
  return undefined;
}

/** What is gone to from here: where `$name` is defined, or the file of the folder that a table is made from. */
export function targetAt(
  line: string,
  column: number,
  directory: string,
):
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'file'; readonly file: string }
  | undefined {
  if (/^\s*#/.test(line)) return undefined;
  const paths = [`\\$config_directory`, `\\$\\{config_directory\\}`, escape(directory)].join('|');
  for (const match of line.matchAll(new RegExp(`[a-z0-9]+:(${paths})/([A-Za-z0-9][A-Za-z0-9._-]*)`, 'g'))) {
    const nameFrom = match.index + match[0].length - (match[2] ?? '').length;
    if (nameFrom <= column && column <= match.index + match[0].length)
      return { kind: 'file', file: match[2] ?? '' };
  }
  for (const match of line.matchAll(/\$(?:[{(]\s*)?([A-Za-z0-9_]+)/g))
    if (match.index <= column && column <= match.index + match[0].length)
      return { kind: 'name', name: match[1] ?? '' };
  return undefined;
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The best of the names for what was typed: those that begin so, then those that have it inside. */
export function matching<T extends { readonly name: string }>(
  all: readonly T[],
  prefix: string,
  limit: number,
): readonly T[] {
  const typedText = prefix.toLowerCase();
  const begins = all.filter(({ name }) => name.startsWith(typedText));
  const holds = all.filter(({ name }) => !name.startsWith(typedText) && name.includes(typedText));
  return [...begins, ...(typedText.length > 1 ? holds : [])].slice(0, limit);
}

/** Source files of tables: logical lines as Postfix's readllines sees them. */
import { readFileSync, statSync } from 'node:fs';
import { splitWords, takeBraces } from './words.ts';

export interface LogicalLine {
  /** Continuation lines joined; their leading white space stays. */
  readonly text: string;
  /** Number of the first physical line, from 1. */
  readonly line: number;
}

const isBlankOrComment = (line: string): boolean => /^\s*(?:#|$)/.test(line);

/**
 * Joins lines that begin with white space to the line before; empty lines and comments are skipped, also in between.
 * @param warn gets a warning without the file's name in front
 */
export function logicalLines(text: string, warn: (warning: string) => void): readonly LogicalLine[] {
  const found: { text: string; line: number }[] = [];
  let leading: string | undefined;
  const report = (): void => {
    if (leading === undefined) return;
    const cut = leading.length > 30 ? '...' : '';
    warn(`logical line must not start with whitespace: "${leading.slice(0, 30)}${cut}"`);
    leading = undefined;
  };
  text.split('\n').forEach((line, index) => {
    if (isBlankOrComment(line)) return;
    const previous = found.at(-1);
    if (!/^[ \t]/.test(line)) {
      report();
      found.push({ text: line, line: index + 1 });
    } else if (previous === undefined) {
      leading = (leading ?? '') + line;
    } else {
      previous.text += line;
    }
  });
  report();
  return found;
}

export type SourceFile =
  | { readonly ok: true; readonly text: string; readonly modifiedAt: number }
  | { readonly ok: false; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  ELOOP: 'Too many levels of symbolic links',
};

/** What the C library calls an error of the file system. */
export function errorText(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/** `{{rule}, {rule}}` stands for a file with these lines (regexp_table(5), pcre_table(5), cidr_table(5)). */
function readInline(specification: string): SourceFile {
  const outer = takeBraces(specification);
  if (!outer.ok) return { ok: false, reason: outer.reason };
  const rules: string[] = [];
  for (const word of splitWords(outer.text)) {
    const rule = word.startsWith('{') ? takeBraces(word) : undefined;
    if (rule === undefined) return { ok: false, reason: `no '{' at start of text in "${word}"` };
    if (!rule.ok) return { ok: false, reason: rule.reason };
    rules.push(rule.text);
  }
  return { ok: true, text: rules.join('\n'), modifiedAt: 0 };
}

/** Texts in place of files, by absolute path: what would be if they were written. */
export type Drafts = ReadonlyMap<string, string>;

/** Why a table cannot be opened. */
export const openFailure = (type: string, path: string, reason: string): string =>
  path.startsWith('{') ? `${type} map: ${reason}` : `open ${path}: ${reason}`;

/** Reads a source file, or the rules that stand in its place; the reason is the operating system's words. */
export function readSource(path: string, drafts?: Drafts): SourceFile {
  return path.startsWith('{') ? readInline(path) : readFile(path, drafts);
}

/** Reads a file, or the draft in its place. */
export function readFile(path: string, drafts?: Drafts): SourceFile {
  const draft = drafts?.get(path);
  if (draft !== undefined) return { ok: true, text: draft, modifiedAt: modificationTime(path) ?? 0 };
  try {
    const modifiedAt = statSync(path).mtimeMs;
    return { ok: true, text: readFileSync(path, 'utf8'), modifiedAt };
  } catch (error) {
    return { ok: false, reason: errorText(error) };
  }
}

/** When a file was last changed, ms since the epoch; undefined when it is not there. */
export function modificationTime(path: string): number | undefined {
  if (path.startsWith('{')) return 0;
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

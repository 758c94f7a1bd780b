/** A file of the configuration folder with what a person has typed into it. Pure. */
import { merge, mergedText, type Piece } from '../../core/api/contract/text-diff.ts';

export interface ConfigDraft {
  /** As it was read. */
  readonly text: string;
  readonly version: string;
  /** Absent while nothing differs from `text`. */
  readonly edited?: string;
  /** Another program changed the file after the draft was begun. */
  readonly theirs?: { readonly text: string; readonly version: string };
}

export interface FileVersion {
  readonly text: string;
  readonly version: string;
}

export const begin = ({ text, version }: FileVersion): ConfigDraft => ({ text, version });

export const textOf = (draft: ConfigDraft): string => draft.edited ?? draft.text;

export function edit(draft: ConfigDraft, text: string): ConfigDraft {
  const { text: original, version, theirs } = draft;
  const conflict = theirs === undefined ? {} : { theirs };
  return { text: original, version, ...conflict, ...(text === original ? {} : { edited: text }) };
}

/**
 * The file was read again. Without a draft it is simply new. With one, both changes come together where they are apart;
 * where they are not, there is a conflict.
 */
export function refresh(draft: ConfigDraft, file: FileVersion): ConfigDraft {
  if (draft.edited === undefined || draft.edited === file.text) return begin(file);
  if (file.version === draft.version) return { text: file.text, version: file.version, edited: draft.edited };
  const merged = draft.version === '' ? undefined : mergedText(merge(draft.text, draft.edited, file.text));
  if (merged !== undefined) return edit(begin(file), merged);
  return { ...draft, theirs: { text: file.text, version: file.version } };
}

/** Both changes, piece by piece; empty where there is no conflict. */
export function piecesOf({ text, edited = text, theirs }: ConfigDraft): readonly Piece[] {
  return theirs === undefined ? [] : merge(text, edited, theirs.text);
}

/** The conflict is settled by this text. */
export function settle(draft: ConfigDraft, text: string): ConfigDraft {
  return draft.theirs === undefined ? draft : edit(begin(draft.theirs), text);
}

/** The person's text goes on, now as a change of what the other program wrote. */
export const keepMine = (draft: ConfigDraft): ConfigDraft => settle(draft, textOf(draft));

export function takeTheirs(draft: ConfigDraft): ConfigDraft {
  return draft.theirs === undefined ? draft : begin(draft.theirs);
}

/** The parameter whose definition the line (from 1) belongs to, continuation lines and comments between included. */
export function parameterAt(text: string, line: number): string | undefined {
  const lines = text.split('\n');
  for (let index = Math.min(line, lines.length) - 1; index >= 0; index--) {
    const here = lines[index] ?? '';
    const isOwn = index === line - 1;
    if (/^\s*(#|$)/.test(here)) {
      if (isOwn) return undefined;
      continue;
    }
    if (/^\s/.test(here)) continue;
    return /^([A-Za-z0-9_]+)\s*=/.exec(here)?.[1];
  }
  return undefined;
}

export const firstParameter = (text: string): string | undefined => /^([A-Za-z0-9_]+)\s*=/m.exec(text)?.[1];

/** The line (from 1) of the definition that counts: the last one; undefined when there is none. */
export function lineOf(text: string, name: string): number | undefined {
  const lines = text.split('\n');
  const at = lines.findLastIndex((line) => /^([A-Za-z0-9_-]+)\s*=/.exec(line)?.[1] === name);
  return at < 0 ? undefined : at + 1;
}

/** The value that a main.cf text gives a parameter: the last definition wins; undefined when it has none. */
export function valueIn(text: string, name: string): string | undefined {
  let value: string | undefined;
  let isInside = false;
  for (const line of text.split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue;
    if (/^\s/.test(line)) {
      if (isInside) value = `${value ?? ''} ${line.trim()}`.trim();
      continue;
    }
    const [, found, rest] = /^([A-Za-z0-9_]+)\s*=\s*(.*)$/.exec(line) ?? [];
    isInside = found === name;
    if (isInside) value = (rest ?? '').trim();
  }
  return value;
}

/**
 * Editing the text of main.cf as `postconf -e`, `-#` and `-X` do: only the lines of the named parameters change; comments
 * and empty lines stay, also those inside a continued value.
 */
export interface MainEdit {
  readonly name: string;
  /** The new value; undefined comments the entry out or removes it. */
  readonly value?: string;
}

export interface EditedText {
  readonly text: string;
  /** Names that stood there more than once: each entry was changed. */
  readonly multiple: readonly string[];
}

export type EditMode = 'set' | 'comment' | 'exclude';

/** postconf(1) "-e", "-#", "-X". New parameters are added at the end, in the order given. */
export function editMainCf(text: string, mode: EditMode, edits: readonly MainEdit[]): EditedText {
  const wanted = new Map(edits.map((edit) => [edit.name, edit]));
  const found = new Map<string, number>();
  const out: string[] = [];
  /** The edit that the logical line under way is subject to. */
  let current: MainEdit | undefined;
  for (const line of physicalLines(text)) {
    if (isBlankOrComment(line)) {
      out.push(line);
      continue;
    }
    const isStart = !/^\s/.test(line);
    if (isStart) current = wanted.get(/^[^\s=]*/.exec(line)?.[0] ?? '');
    if (isStart && current !== undefined) found.set(current.name, (found.get(current.name) ?? 0) + 1);
    out.push(...edited(line, { mode, isStart, edit: current }));
  }
  const missing = mode === 'set' ? [...wanted.values()].filter((edit) => !found.has(edit.name)) : [];
  for (const edit of missing) append(out, assignment(edit));
  const multiple = [...found].filter(([, count]) => count > 1).map(([name]) => name);
  return { text: out.join(''), multiple };
}

interface LineEdit {
  readonly mode: EditMode;
  readonly isStart: boolean;
  readonly edit: MainEdit | undefined;
}

/** What becomes of one line of an entry. */
function edited(line: string, { mode, isStart, edit }: LineEdit): readonly string[] {
  if (edit === undefined) return [line];
  if (mode === 'comment') return [`#${line}`];
  return mode === 'set' && isStart ? [assignment(edit)] : [];
}

function assignment(edit: MainEdit): string {
  return `${edit.name} = ${edit.value ?? ''}\n`;
}

/** Lines with their newline; the last may have none. */
export function physicalLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

export function isBlankOrComment(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/** Adds a line after a last line that may lack its newline, which Postfix would join with it. */
export function append(lines: string[], line: string): void {
  const last = lines.at(-1);
  if (last !== undefined && !last.endsWith('\n')) lines[lines.length - 1] = `${last}\n`;
  lines.push(line);
}

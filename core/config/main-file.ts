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
  let current: MainEdit | undefined;
  for (const line of physicalLines(text)) {
    if (isBlankOrComment(line)) {
      out.push(line);
    } else if (/^\s/.test(line)) {
      if (current === undefined) out.push(line);
      else if (mode === 'comment') out.push(`#${line}`);
    } else {
      const name = /^[^\s=]*/.exec(line)?.[0] ?? '';
      current = wanted.get(name);
      if (current === undefined) out.push(line);
      else {
        found.set(name, (found.get(name) ?? 0) + 1);
        if (mode === 'set') out.push(assignment(current));
        else if (mode === 'comment') out.push(`#${line}`);
      }
    }
  }
  if (mode === 'set')
    for (const edit of wanted.values()) if (!found.has(edit.name)) append(out, assignment(edit));
  const multiple = [...found].filter(([, count]) => count > 1).map(([name]) => name);
  return { text: out.join(''), multiple };
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

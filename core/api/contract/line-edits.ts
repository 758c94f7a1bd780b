/** The fixes of problems, done to texts. Pure. */
import type { Fix } from './common.ts';

type LineEdit = Fix['edits'][number];

/** A text after edits that do not overlap; '' for a file that is not there. */
export function applyEdits(text: string, edits: readonly LineEdit[]): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  // from the end on, so that the numbers of what comes before stay true
  for (const { line, count, text: added } of edits.toSorted((a, b) => b.line - a.line)) {
    const isEnd = line - 1 >= lines.length;
    const last = lines.length - 1;
    if (isEnd && added !== '' && lines[last]?.endsWith('\n') === false) lines[last] += '\n';
    lines.splice(line - 1, count, ...(added === '' ? [] : [added]));
  }
  return lines.join('');
}

/** Every file that a fix changes, with its new text. */
export function fixedTexts(
  fix: Fix,
  textOf: (file: string) => string | undefined,
): Readonly<Record<string, string>> {
  const files = [...new Set(fix.edits.map(({ file }) => file))];
  return Object.fromEntries(
    files.map((file) => [
      file,
      applyEdits(
        textOf(file) ?? '',
        fix.edits.filter((edit) => edit.file === file),
      ),
    ]),
  );
}

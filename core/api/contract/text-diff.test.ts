import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, linesOf, merge, mergedText } from './text-diff.ts';

const lines: fc.Arbitrary<string[]> = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n', 'e\n'), {
  maxLength: 12,
});

function applied(before: readonly string[], hunks: ReturnType<typeof diffLines>): readonly string[] {
  const out = [...before];
  for (const { at, removed, added } of [...hunks].reverse()) out.splice(at, removed.length, ...added);
  return out;
}

describe('a comparison', () => {
  it('gives the hunks that make one text into the other', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        expect(applied(before, diffLines(before, after))).toEqual(after);
      }),
    );
  });

  it('finds the lines that differ', () => {
    expect(diffLines(linesOf('a\nb\nc\n'), linesOf('a\nx\nc\nd'))).toEqual([
      { at: 1, otherAt: 1, removed: ['b\n'], added: ['x\n'] },
      { at: 3, otherAt: 3, removed: [], added: ['d'] },
    ]);
  });
});

describe('a merge', () => {
  it('has the changes of both where they are apart', () => {
    expect(mergedText(merge('a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD\ne\n'))).toBe('A\nb\nc\nD\ne\n');
    expect(mergedText(merge('a\nb\nc\n', 'b\nc\n', 'a\nb\nx\nc\n'))).toBe('b\nx\nc\n');
  });

  it('asks where both changed the same line, or added at the same place', () => {
    expect(merge('a\nb\n', 'a\nx\n', 'a\ny\n')).toEqual([
      { kind: 'agreed', lines: ['a\n'] },
      { kind: 'conflict', mine: ['x\n'], theirs: ['y\n'] },
    ]);
    expect(merge('a\n', 'a\nx\n', 'a\ny\n')[1]).toEqual({ kind: 'conflict', mine: ['x\n'], theirs: ['y\n'] });
  });

  it('is the one text where the other changed nothing, and the same where both did the same', () => {
    fc.assert(
      fc.property(lines, lines, (base, text) => {
        const [from, to] = [base.join(''), text.join('')];
        expect(mergedText(merge(from, to, from))).toBe(to);
        expect(mergedText(merge(from, from, to))).toBe(to);
        expect(mergedText(merge(from, to, to))).toBe(to);
      }),
    );
  });

  it('keeps every line that either side added', () => {
    fc.assert(
      fc.property(lines, lines, lines, (base, mine, theirs) => {
        const pieces = merge(base.join(''), mine.join(''), theirs.join(''));
        const merged = pieces.flatMap((p) => (p.kind === 'agreed' ? p.lines : [...p.mine, ...p.theirs]));
        const isKept = (line: string, text: readonly string[]) =>
          !text.includes(line) || base.includes(line) || merged.includes(line);
        expect(merged.every((line) => [...base, ...mine, ...theirs].includes(line))).toBe(true);
        expect(['a\n', 'b\n', 'c\n', 'd\n', 'e\n'].every((l) => isKept(l, mine) && isKept(l, theirs))).toBe(
          true,
        );
      }),
    );
  });
});

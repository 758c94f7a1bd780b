import { describe, expect, it } from 'vitest';
import { compilePcre } from './pcre.ts';
import { compilePosix } from './posix-regexp.ts';

type Case = readonly [pattern: string, subject: string, groups: readonly string[] | null];

const NO_FLAGS: ReadonlySet<string> = new Set();

/** What the library answered for the same pattern: the groups, null for no match, the text of the error. */
function outcome(compiled: ReturnType<typeof compilePcre>, subject: string) {
  if ('reason' in compiled) return compiled.reason;
  const match = compiled.exec(subject);
  return match === null ? null : match.map((group) => group ?? '');
}

const extended = { isExtended: true, ignoreCase: true, newline: false };

describe('POSIX patterns answer as regcomp(3) does', () => {
  it.each<Case>([
    ['^(.*)@(.*)$', 'u@x', ['u@x', 'u', 'x']],
    ['a{2,3}', 'aaaa', ['aaa']],
    ['a{,3}', 'b', ['']],
    ['a**', 'aa', ['aa']],
    ['a+?', 'aa', ['aa']],
    ['a)', 'a)', ['a)']],
    ['[]abc]', ']', [']']],
    ['[^]abc]', 'd', ['d']],
    ['[[:alpha:]]+', '1aé', ['a']],
    ['[a\\]b]', '\\b]', ['\\b]']],
    ['[\\d]', '1', null],
    ['\\.exe"?$', 'x.exe"', ['.exe"']],
    ['\\<a\\>', 'b a c', ['a']],
    ['\\w+@', 'x@y', ['x@']],
    ['(a)\\1', 'aa', ['aa', 'a']],
    ['a.c', 'a\nc', ['a\nc']],
    // a small letter behind a backslash never matches when case does not matter
    ['\\d', 'd', null],
    ['ABC', 'abc', ['abc']],
  ])('%s on %s', (pattern, subject, groups) => {
    expect(outcome(compilePosix(pattern, extended), subject)).toEqual(groups);
  });

  it.each([
    ['bad(', 'Unmatched ( or \\('],
    ['*a', 'Invalid preceding regular expression'],
    ['a|*b', 'Invalid preceding regular expression'],
    ['{1}', 'Invalid preceding regular expression'],
    ['a{2', 'Unmatched \\{'],
    ['a{x}', 'Invalid content of \\{\\}'],
    ['a{3,2}', 'Invalid content of \\{\\}'],
    ['a{70000}', 'Regular expression too big'],
    ['[abc', 'Unmatched [, [^, [:, [., or [='],
    ['[[:foo:]]', 'Invalid character class name'],
    ['[z-a]', 'Invalid range end'],
    ['a\\', 'Trailing backslash'],
    ['\\1', 'Invalid back reference'],
  ])('%s is refused: %s', (pattern, reason) => {
    expect(outcome(compilePosix(pattern, extended), '')).toBe(reason);
  });

  it('reads basic expressions with the x flag', () => {
    const basic = { ...extended, isExtended: false };
    expect(outcome(compilePosix('a\\{2\\}\\(b\\)+', basic), 'aab+')).toEqual(['aab+', 'b']);
    expect(outcome(compilePosix('*a|b', basic), '*a|b')).toEqual(['*a|b']);
    expect(outcome(compilePosix('a^b', basic), 'a^b')).toEqual(['a^b']);
  });

  it('treats lines apart with the m flag', () => {
    const lines = { ...extended, newline: true };
    expect(outcome(compilePosix('^b.*$', lines), 'a\nbc\nd')).toEqual(['bc']);
    expect(outcome(compilePosix('a[^x]', lines), 'a\n')).toBeNull();
  });
});

describe('Perl-compatible patterns answer as PCRE2 does', () => {
  it.each<Case>([
    ['^(?<n>\\w+)@x$', 'A@x', ['A@x', 'A']],
    ['(?P<n>a)(?P=n)', 'aa', ['aa', 'a']],
    ['a++b', 'aab', ['aab']],
    ['(?>a|ab)c', 'abc', null],
    ['(?>(a+))(b)', 'aab', ['aab', 'aa', 'b']],
    ['(a)\\g{-1}', 'aa', ['aa', 'a']],
    ['a(?-i)b', 'Ab', ['Ab']],
    ['a(?-i)b', 'AB', null],
    ['(?-i:b)c', 'bC', ['bC']],
    ['(?-i)a|b', 'B', null],
    ['(?x) a b # comment', 'ab', ['ab']],
    ['\\Aabc\\z', 'abc', ['abc']],
    ['a$', 'a\n', ['a']],
    ['a.c', 'a\nc', ['a\nc']],
    ['\\Qa.b\\E', 'a.b', ['a.b']],
    ['[\\Qa]\\E]', ']', [']']],
    ['\\x41\\x{42}\\103', 'abc', ['abc']],
    ['[[:^digit:]]', '1a', ['a']],
    ['[\\w.]+@', 'a.b@', ['a.b@']],
    ['(?#comment)a', 'a', ['a']],
    ['\\R', '\r\n', ['\r\n']],
    ['(?m)^b', 'a\nb', ['b']],
    ['(?U)a+', 'aa', ['a']],
    ['~a~', '~a~', ['~a~']],
  ])('%s on %s', (pattern, subject, groups) => {
    expect(outcome(compilePcre(pattern, NO_FLAGS), subject)).toEqual(groups);
  });

  it.each([
    ['(a', 'error in regex at offset 2: missing closing parenthesis'],
    ['a)', 'error in regex at offset 1: unmatched closing parenthesis'],
    ['[abc', 'error in regex at offset 4: missing terminating ] for character class'],
    ['*a', 'error in regex at offset 0: quantifier does not follow a repeatable item'],
    ['a**', 'error in regex at offset 2: quantifier does not follow a repeatable item'],
    ['a\\', 'error in regex at offset 2: \\ at end of pattern'],
    ['\\1', 'error in regex at offset 1: reference to non-existent subpattern'],
    ['[z-a]', 'error in regex at offset 3: range out of order in character class'],
    ['[[:foo:]]', 'error in regex at offset 3: unknown POSIX class name'],
    ['a{3,2}', 'error in regex at offset 5: numbers out of order in {} quantifier'],
    ['\\y', 'error in regex at offset 1: unrecognized character follows \\'],
  ])('%s is refused: %s', (pattern, reason) => {
    expect(outcome(compilePcre(pattern, NO_FLAGS), '')).toBe(reason);
  });

  it.each(['(?R)', '(a)(?(1)b|c)', 'a\\Kb', '(?|a|b)', '(*SKIP)a'])(
    '%s cannot be expressed, and that is said',
    (pattern) => {
      expect(outcome(compilePcre(pattern, NO_FLAGS), '')).toContain('JavaScript cannot express');
    },
  );

  it('toggles case with i and the newline with s', () => {
    expect(outcome(compilePcre('A', new Set('i')), 'a')).toBeNull();
    expect(outcome(compilePcre('a.c', new Set('s')), 'a\nc')).toBeNull();
    expect(outcome(compilePcre('b', new Set('A')), 'ab')).toBeNull();
    expect(outcome(compilePcre('a$', new Set('E')), 'a\n')).toBeNull();
  });
});

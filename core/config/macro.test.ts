import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandMacros } from './macro.ts';

const VALUES: Readonly<Record<string, string>> = {
  myhostname: 'mail.example.test',
  mydomain: 'example.test',
  empty: '',
  deep: '$mydomain+',
  loop: 'localhost $loop',
  a: '$b',
  b: '$a',
};
const expand = (text: string) => expandMacros(text, { lookup: (name) => VALUES[name] });

describe('macros', () => {
  // Postfix 3.7.11 printed each of these.
  it.each([
    ['$mydomain.x', 'example.test.x'],
    ['$(mydomain)', 'example.test'],
    ['$deep', 'example.test+'],
    ['${ myhostname }', 'mail.example.test'],
    ['${myhostname ?{x}}', 'x'],
    ['${myhostname?x:y}', 'x:y'],
    ['${nosuch?x:y}', ''],
    ['${nosuch:y?z}', 'y?z'],
    ['${empty?{a}:{b}}', 'b'],
    ['$(myhostname?x)', 'x'],
    ['${myhostname?{a}:}', 'a'],
    ['${mydomain?(}', '('],
    ['$$x', '$x'],
    ['$nosuch.c', '.c'],
    ['$mydomain-x', 'example.test-x'],
    ['é$mydomainé', 'éexample.testé'],
    ['${{a} == {a}}', 'true'],
    ['${{a} == {b}}', ''],
    ['${{a}=={b}?{c}:{d} }', 'd'],
    ['${{a} =={b} ? {c} : {d} }x', 'dx'],
    ['${{10} < {9}?{c}:{d}}', 'd'],
    ['${{10a} < {9}?{c}:{d}}', 'c'],
    ['${{$mydomain} != {example.test}?{c}:{d}}', 'd'],
    ['${{3.6} <level {3.10}?{c}}', 'c'],
    ['${{3.6} >=level {3.6}?{c}}', 'c'],
    ['${{a}=={a}:{b}}', ''],
  ])('expands %s', (text, expected) => {
    expect(expand(text)).toMatchObject({ text: expected, isBad: false, warnings: [] });
  });
});

describe('macros that cannot be expanded', () => {
  it.each([
    ['a${b', 'truncated macro reference: "a${b"'],
    ['$(x', 'truncated macro reference: "$(x"'],
    ['$', 'empty macro name: "$"'],
    ['x $.', 'empty macro name: "x $."'],
    ['${}', 'empty macro name: "${}"'],
    ['${a b}', 'attribute name syntax error at: "...a>>> b"'],
    ['${my-host}', 'attribute name syntax error at: "...my>>>-host"'],
    ['${myhostname!{a}}', 'attribute name syntax error at: "...myhostname>>>!{a}"'],
    ['${myhostname?{a}x}', '":" expected at: "...a}>>>x"'],
    ['${nosuch:{a}x}', 'unexpected input at: "...a}>>>x"'],
    ['${myhostname?{a}:{b}:{c}}', 'unexpected input at: "...b}>>>:{c}"'],
    ['$(mydomain?{)}', 'unbalanced {} in attribute expression: "{"'],
    ['${{a} <levl {b}?c}', 'bad operator suffix at: "...<>>>levl"'],
    ['${{x} <level {3.10}?{c}}', 'malformed compatibility level syntax: "x"'],
    ['${{a}?x}', '"==" or "!="" or "<"" or "<="" or ">="" or ">" expected at: "...a}>>>?x"'],
  ])("refuses %s in Postfix's words", (text, warning) => {
    expect(expand(text)).toMatchObject({ warnings: [warning], isBad: true });
  });

  it('stops at a value that refers to itself', () => {
    const { warnings, isBad } = expand('$loop');
    expect(isBad).toBe(true);
    expect(warnings).toEqual([
      'unreasonable macro call nesting: "localhost "',
      'unreasonable macro call nesting: "loop"',
    ]);
    expect(expand('$a')).toMatchObject({ isBad: true });
  });
});

describe('any text', () => {
  it('ends for every text and every set of values', () => {
    const piece = fc.constantFrom(
      '$a',
      '${b}',
      '${a?{$b}:{$c}}',
      '${{$a}=={$b}?{$c}:x}',
      '$',
      '{',
      '}',
      'x',
      '$$',
      ' ',
    );
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const values: Readonly<Record<string, string>> = { a, b, c };
        const result = expandMacros(a + b, { lookup: (name) => values[name] });
        expect(typeof result.text).toBe('string');
      }),
      { numRuns: 300 },
    );
  });

  it('leaves text without a dollar sign alone', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('$'));
        expect(expand(text).text).toBe(text);
      }),
    );
  });
});

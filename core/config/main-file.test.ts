import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMainCf } from './main-cf.ts';
import { editMainCf } from './main-file.ts';

const TEXT = `# head
compatibility_level = 3.6

mydestination = a,
  # inner comment
  b

  c
# after
  d
mail_name=x
 y
#mail_name = old
myhostname = foo.bar
mail_name = z
`;

const comments = (text: string) => text.split('\n').filter((line) => /^\s*#/.test(line));
const valueOf = (text: string, name: string) => readMainCf(text, 'main.cf').settings.get(name)?.value;

// Lines as people write them: comments, empty lines, entries, continuation lines.
const name = fc.constantFrom('a', 'b', 'mail_name', 'long_name');
const word = fc.stringMatching(/^[a-z$,.:{}=#-]{1,8}$/).filter((text) => !text.startsWith('#'));
const line = fc.oneof(
  word.map((text) => `# ${text}`),
  fc.constant(''),
  fc.tuple(name, word).map(([n, v]) => `${n} = ${v}`),
  fc.tuple(name, word).map(([n, v]) => `${n}=${v}`),
  word.map((text) => `  ${text}`),
  word.map((text) => `\t# ${text}`),
);
const file = fc
  .array(line, { maxLength: 12 })
  .map((lines) => ['x = 1', ...lines].map((l) => `${l}\n`).join(''));

describe('editing main.cf', () => {
  it('replaces an entry and keeps the comments inside it', () => {
    const { text, multiple } = editMainCf(TEXT, 'set', [
      { name: 'mydestination', value: 'new' },
      { name: 'mail_name', value: 'other' },
      { name: 'foo', value: 'bar' },
      { name: 'mydomain', value: '' },
    ]);
    expect(text).toBe(`# head
compatibility_level = 3.6

mydestination = new
  # inner comment

# after
mail_name = other
#mail_name = old
myhostname = foo.bar
mail_name = other
foo = bar
mydomain = 
`);
    expect(multiple).toEqual(['mail_name']);
  });

  it('comments an entry out with its continuation lines', () => {
    expect(editMainCf(TEXT, 'comment', [{ name: 'mydestination' }]).text).toContain(
      '#mydestination = a,\n  # inner comment\n#  b\n\n#  c\n# after\n#  d\nmail_name=x\n',
    );
  });

  it('removes an entry, and nothing else', () => {
    expect(editMainCf(TEXT, 'exclude', [{ name: 'mydestination' }, { name: 'nosuch' }]).text).toBe(
      TEXT.replace('mydestination = a,\n', '').replace('  b\n', '').replace('  c\n', '').replace('  d\n', ''),
    );
  });

  it('gives a last line its newline before it adds another', () => {
    expect(editMainCf('foo=1', 'set', [{ name: 'bar', value: '2' }]).text).toBe('foo=1\nbar = 2\n');
    expect(editMainCf('foo=1\n# end', 'set', [{ name: 'bar', value: '2' }]).text).toBe(
      'foo=1\n# end\nbar = 2\n',
    );
  });
});

describe('editing any main.cf', () => {
  it('sets the value, leaves the others, and never loses a comment', () => {
    fc.assert(
      fc.property(file, name, word, (text, changed, value) => {
        const edited = editMainCf(text, 'set', [{ name: changed, value }]).text;
        expect(valueOf(edited, changed)).toBe(value);
        expect(comments(edited)).toEqual(comments(text));
        for (const other of ['a', 'b', 'mail_name', 'long_name', 'x'])
          if (other !== changed) expect(valueOf(edited, other)).toBe(valueOf(text, other));
      }),
    );
  });

  it('is undone by taking the entry out again', () => {
    fc.assert(
      fc.property(file, word, (text, value) => {
        const added = editMainCf(text, 'set', [{ name: 'new_name', value }]).text;
        expect(editMainCf(added, 'exclude', [{ name: 'new_name' }]).text).toBe(text);
      }),
    );
  });

  it('changes nothing without a matching name', () => {
    fc.assert(
      fc.property(file, fc.constantFrom('comment' as const, 'exclude' as const), (text, mode) => {
        expect(editMainCf(text, mode, [{ name: 'nosuch' }]).text).toBe(text);
      }),
    );
  });
});

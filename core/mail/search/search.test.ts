import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionAt, headerTokens, parseSearch, quoteValue, type SearchNode } from './search.ts';

const NOW = new Date(2026, 10, 28, 15, 30).getTime();

function parsed(text: string): SearchNode | undefined {
  const result = parseSearch(text, NOW);
  if (result.kind === 'wrong') throw new Error(result.problem.message);
  return result.node;
}
const text = (word: string, field = 'any', isBeginning = false) => ({
  kind: 'text',
  field,
  text: word,
  isBeginning,
});

describe('a search', () => {
  it.each<[string, unknown]>([
    ['', undefined],
    ['   ', undefined],
    ['order', text('order')],
    ['"your order"', text('your order')],
    ['invo*', text('invo', 'any', true)],
    ['in*', text('in')],
    ['"invo*"', text('invo*')],
    ['!!!', { kind: 'nothing' }],
    ['a !!!', text('a')],
    ['a b', { kind: 'and', nodes: [text('a'), text('b')] }],
    ['a AND b', { kind: 'and', nodes: [text('a'), text('b')] }],
    ['and not', { kind: 'and', nodes: [text('and'), text('not')] }],
    ['a or b c', { kind: 'or', nodes: [text('a'), { kind: 'and', nodes: [text('b'), text('c')] }] }],
    ['(a|b) c', { kind: 'and', nodes: [{ kind: 'or', nodes: [text('a'), text('b')] }, text('c')] }],
    ['-a', { kind: 'not', node: text('a') }],
    ['NOT a', { kind: 'not', node: text('a') }],
    ['-(a b)', { kind: 'not', node: { kind: 'and', nodes: [text('a'), text('b')] } }],
    ['a - b', { kind: 'and', nodes: [text('a'), text('b')] }],
    ['snake-case', text('snake-case')],
    ['From:Alice', text('Alice', 'from')],
    ['from:"Alice B"', text('Alice B', 'from')],
    ['-to:x@y.test', { kind: 'not', node: text('x@y.test', 'to') }],
    [
      'subject:(a or -b)',
      { kind: 'or', nodes: [text('a', 'subject'), { kind: 'not', node: text('b', 'subject') }] },
    ],
    ['subject:(a from:b)', { kind: 'and', nodes: [text('a', 'subject'), text('b', 'from')] }],
    ['http://a.test/b', text('http://a.test/b')],
    ['12:30', text('12:30')],
    ['header:X-Mailer', { kind: 'header', name: 'X-Mailer', text: undefined, isBeginning: false }],
    ['header:X-Mailer:php', { kind: 'header', name: 'X-Mailer', text: 'php', isBeginning: false }],
    [
      'header:X-Mailer:"php mailer"',
      { kind: 'header', name: 'X-Mailer', text: 'php mailer', isBeginning: false },
    ],
    ['header:"X-Mailer: php"', { kind: 'header', name: 'X-Mailer', text: 'php', isBeginning: false }],
    ['header:X-Mailer=lara*', { kind: 'header', name: 'X-Mailer', text: 'lara', isBeginning: true }],
    ['attachment:invoice.pdf', text('invoice.pdf', 'attachment')],
    ['tag:"to do"', { kind: 'tag', name: 'to do' }],
    ['mailbox:you', { kind: 'mailbox', name: 'you' }],
    ['status:Held', { kind: 'status', status: 'held' }],
    ['is:unread', { kind: 'is', flag: 'unread' }],
    ['has:attachment', { kind: 'has', feature: 'attachment' }],
    ['before:2026-11-20', { kind: 'before', at: new Date(2026, 10, 20).getTime() }],
    ['after:2026-11', { kind: 'after', at: new Date(2026, 10, 1).getTime() }],
    ['after:2026-11-20T14:05', { kind: 'after', at: new Date(2026, 10, 20, 14, 5).getTime() }],
    ['after:today', { kind: 'after', at: new Date(2026, 10, 28).getTime() }],
    ['before:yesterday', { kind: 'before', at: new Date(2026, 10, 27).getTime() }],
    ['after:2h', { kind: 'after', at: NOW - 7_200_000 }],
    ['larger:1.5M', { kind: 'larger', bytes: 1_500_000 }],
    ['smaller:10kb', { kind: 'smaller', bytes: 10_000 }],
    ['queue-id:4bX2yk1Vz9z7', { kind: 'queue-id', text: '4bX2yk1Vz9z7' }],
    ['message-id:<1@a.test>', { kind: 'message-id', text: '<1@a.test>' }],
    ['message-id:1@a.test', { kind: 'message-id', text: '<1@a.test>' }],
  ])('%j', (typed, tree) => {
    expect(parsed(typed)).toEqual(tree);
  });

  it.each<[string, number, number, string]>([
    ['a from:', 2, 5, 'from: needs a value right after the colon'],
    ['from: alice', 0, 5, 'from: needs a value right after the colon'],
    ['a form:b', 2, 5, 'There is no operator form: . Did you mean from:?'],
    [
      'localhost:25',
      0,
      10,
      'There is no operator localhost: . Put the words into quotes to look for them as they stand.',
    ],
    ['a "b c', 2, 4, 'This quote is never closed'],
    ['(a', 0, 1, 'This bracket is never closed'],
    ['a ) b', 2, 1, 'There is no opening bracket for this one'],
    ['a or', 2, 2, '“or” needs something on both sides; put it into quotes to look for the word'],
    ['or a', 0, 2, '“or” needs something on both sides; put it into quotes to look for the word'],
    ['(or a)', 1, 2, '“or” needs something on both sides'],
    ['a or or b', 2, 2, '“or” needs something on both sides; put it into quotes to look for the word'],
    ['a NOT', 2, 3, 'Nothing follows that could be left out'],
    ['is:red', 3, 3, 'is: is one of unread, read, starred, unstarred'],
    [
      'before:2026-02-30',
      7,
      10,
      'before: takes a day (2026-11-22), today, yesterday, or how long ago (2h, 7d)',
    ],
    ['larger:big', 7, 3, 'larger: takes a size, as in 512, 10k or 1.5M'],
    ['header::x', 7, 2, 'header: needs a name, as in header:X-Mailer or header:X-Mailer:php'],
    ['('.repeat(60), 30, 1, 'Brackets go too deep'],
  ])('%j is wrong at %i', (typed, at, length, message) => {
    expect(parseSearch(typed, NOW)).toEqual({ kind: 'wrong', problem: { at, length, message } });
  });

  it('has at most a hundred terms', () => {
    expect(parseSearch('a '.repeat(100), NOW).kind).toBe('search');
    expect(parseSearch('a '.repeat(101), NOW)).toMatchObject({ kind: 'wrong', problem: { at: 200 } });
    expect(parseSearch('a'.repeat(4001), NOW)).toMatchObject({ kind: 'wrong', problem: { at: 4000 } });
  });

  it('answers something for anything that can be typed, with places inside of it', () => {
    const sign = fc.constantFrom(
      '"',
      '-',
      '(',
      ')',
      '|',
      ' or ',
      ' NOT ',
      'from:',
      'header:',
      ':',
      '*',
      ' ',
      'a',
      '\0',
    );
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(sign, { maxLength: 40 }).map((signs) => signs.join('')),
    );
    fc.assert(
      fc.property(typed, (words) => {
        const result = parseSearch(words, NOW);
        if (result.kind === 'search') return;
        expect(result.problem.at).toBeGreaterThanOrEqual(0);
        expect(result.problem.at + result.problem.length).toBeLessThanOrEqual(words.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what can be completed', () => {
  const at = (typed: string) => {
    const cursor = typed.indexOf('^');
    return completionAt(typed.replace('^', ''), cursor);
  };
  it.each<[string, number, number, string, string | undefined]>([
    ['fr^', 0, 2, 'fr', undefined],
    ['a -fr^om', 3, 7, 'fr', undefined],
    ['from:al^', 5, 7, 'al', 'from'],
    ['x (tag:"to d^', 7, 12, 'to d', 'tag'],
    ['is:^', 3, 3, '', 'is'],
  ])('%s', (typed, from, to, word, operator) => {
    const found = at(typed);
    expect(found).toMatchObject({ from, to, typed: word });
    expect(found?.operator?.name).toBe(operator);
  });
  it('is nothing in a phrase, nor after an operator that does not exist', () => {
    expect(at('"your ord^')).toBeUndefined();
    expect(at('foo:b^')).toBeUndefined();
  });
  it('is put into quotes where it has to be', () => {
    expect(quoteValue('a b')).toBe('"a b"');
    expect(quoteValue('a@b.test')).toBe('a@b.test');
  });
});

it('keeps the name with every word of a header', () => {
  expect(headerTokens('X-Mailer', 'PHP/8.1 (mail)')).toEqual(
    ['PHP', '8', '1', 'mail'].map((word) => `\u{e000}xmailer\u{e000}${word}`),
  );
});

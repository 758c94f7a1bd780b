import { describe, expect, it } from 'vitest';
import { baseSubject, threadWords } from './thread.ts';

describe('what makes a conversation', () => {
  it.each([
    ['Order', 'Order'],
    ['Re: Order', 'Order'],
    ['RE: Fwd: AW:  Order  one', 'Order one'],
    ['Re[2]: Order', 'Order'],
    ['Regarding: Order', 'Regarding: Order'],
    ['Re:', ''],
  ])('the subject of %j is %j', (subject, base) => {
    expect(baseSubject(subject)).toBe(base);
  });

  it('is what it has and names, its subject only where it names nothing', () => {
    const headers = [
      { name: 'Message-ID', value: '<3@a>' },
      { name: 'Subject', value: 'Re: Order' },
      { name: 'References', value: '<1@a> junk <2@a>' },
      { name: 'In-Reply-To', value: '<2@a>' },
    ];
    expect(threadWords(headers)).toEqual({ keys: ['3@a', '1@a', '2@a'], answers: '' });
    expect(threadWords(headers.slice(0, 2))).toEqual({ keys: ['3@a'], answers: 'Order' });
    expect(threadWords([{ name: 'Subject', value: 'Order' }])).toEqual({ keys: [], answers: '' });
  });
});

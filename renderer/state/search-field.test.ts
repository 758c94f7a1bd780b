import { describe, expect, it } from 'vitest';
import type { Api } from './connection.svelte.ts';
import { SearchField } from './search-field.svelte.ts';

function start(addresses: (beginning: string) => Promise<readonly string[]>) {
  const mail = {
    addresses: async ({ beginning = '' }: { beginning?: string }) => ({
      addresses: await addresses(beginning),
    }),
  };
  const counts = { tags: [{ name: 'to do' }, { name: 'welcome' }], mailboxes: [{ name: 'you' }] };
  return new SearchField({ mail } as unknown as Api, { counts } as never);
}
const none = () => Promise.resolve([]);

describe('the search field', () => {
  it('suggests operators and their values, and puts them where they belong', async () => {
    const field = start(none);
    await field.type('a -ta b', 5);
    expect(field.suggestions.map(({ text }) => text)).toEqual(['tag:']);
    expect(field.take(0, 5)).toBe(7);
    expect(field.text).toBe('a -tag: b');
    await field.type(field.text, 7);
    expect(field.suggestions.map(({ insert }) => insert)).toEqual(['"to do"', 'welcome']);
    expect(field.take(0, 7)).toBe(14);
    expect(field.text).toBe('a -tag:"to do" b');
    await field.type('status:held', 11);
    expect(field.suggestions).toEqual([]);
  });

  it('moves through the suggestions in a circle', async () => {
    const field = start(none);
    await field.type('is:', 3);
    field.move(-1);
    expect(field.active).toBe(3);
    field.move(1);
    expect(field.active).toBe(0);
    field.close();
    expect(field.suggestions).toEqual([]);
  });

  it('takes a suggestion although more was typed meanwhile, and drops answers that come late', async () => {
    const answers: ((found: readonly string[]) => void)[] = [];
    const field = start(() => new Promise((resolve) => answers.push(resolve)));
    const first = field.type('from:', 5);
    const second = field.type('from:s', 6);
    answers[1]?.(['shop@shop.test']);
    await second;
    answers[0]?.(['other@shop.test']);
    await first;
    expect(field.suggestions.map(({ text }) => text)).toEqual(['shop@shop.test']);
    field.text = 'from:sh';
    expect(field.take(0, 7)).toBe(20);
    expect(field.text).toBe('from:shop@shop.test ');
  });

  it('says what is wrong once nobody types on', () => {
    const field = start(none);
    field.text = 'a from:';
    expect(field.check(false)).toBeUndefined();
    expect(field.problem).toBeUndefined();
    expect(field.check(true)).toBeUndefined();
    expect(field.problem).toMatchObject({ at: 2, length: 5 });
    field.text = 'form:a b';
    field.check(false);
    expect(field.problem).toMatchObject({ at: 0 });
    field.text = ' is:unread ';
    expect(field.check(false)).toBe('is:unread');
    expect(field.problem).toBeUndefined();
  });
});

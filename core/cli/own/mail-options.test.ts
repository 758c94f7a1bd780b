import { describe, expect, it } from 'vitest';
import { folderOf, searchOf } from './mail-options.ts';

describe('the options of sandpost mail', () => {
  it('say where a search is wrong', () => {
    expect(searchOf({ search: 'from:alice is:unread' })).toBe('from:alice is:unread');
    expect(() => searchOf({ search: 'a form:alice' })).toThrow(
      '--search: There is no operator form: . Did you mean from:?\n  a form:alice\n    ^^^^^',
    );
  });

  it('name a folder, a mailbox or a tag', () => {
    expect(folderOf({})).toEqual({ kind: 'all' });
    expect(folderOf({ folder: 'starred' })).toEqual({ kind: 'starred' });
    expect(folderOf({ tag: 'to do' })).toEqual({ kind: 'tag', name: 'to do' });
    expect(() => folderOf({ folder: 'x' })).toThrow(/--folder is one of all, unread, starred/);
  });
});

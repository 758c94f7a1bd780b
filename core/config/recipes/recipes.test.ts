import { describe, expect, it } from 'vitest';
import { defaultFiles } from '../defaults.ts';
import { createFill, planRecipe, RECIPES } from './recipes.ts';

const AROUND = { login: 'you', config: '/c', destinations: ['localhost', 'localhost.localdomain'] };
const DEFAULT = defaultFiles({ loginUser: 'you' });

function plan(
  id: string,
  given: Record<string, string> = {},
  texts: Readonly<Record<string, string>> = DEFAULT,
) {
  const recipe = RECIPES.find((one) => one.id === id);
  if (recipe === undefined) throw new Error(`no recipe ${id}`);
  return planRecipe(recipe, createFill(recipe, given, AROUND), (file) => texts[file]);
}

describe.each(RECIPES)('the recipe $id', ({ id, title, about, changes, test }) => {
  it('says what it does in a few lines, and has a test message', () => {
    expect(title).not.toBe('');
    expect(about.length).toBeGreaterThan(0);
    expect(about.length).toBeLessThan(4);
    expect(changes.length).toBeGreaterThan(0);
    expect(test.shows).not.toBe('');
  });

  it('changes nothing the second time', () => {
    expect(plan(id, {}, { ...DEFAULT, ...plan(id) })).toEqual({});
  });
});

describe('a plan', () => {
  it('is empty for what a new sandbox has already', () => {
    expect(plan('local-mail')).toEqual({});
  });

  it('puts a check before what the list has, where it stands', () => {
    const main = 'a = b\nsmtpd_recipient_restrictions =\n  # first\n  permit_mynetworks,\n  reject\n';
    const { 'main.cf': after } = plan('block-sender', { address: 'x@y.test' }, { 'main.cf': main });
    expect(after).toBe(
      'a = b\nsmtpd_recipient_restrictions =\n  # first\n  check_sender_access lmdb:$config_directory/blacklist_incoming, permit_mynetworks,\n  reject\n',
    );
  });

  it('adds lines to a table and keeps what is there', () => {
    const texts = { ...DEFAULT, virtual: '# mine\na@b.test you' };
    expect(plan('virtual-alias', { address: 'c@d.test', target: 'root' }, texts)['virtual']).toBe(
      '# mine\na@b.test you\nc@d.test root\n',
    );
  });

  it('takes no line end from a field', () => {
    const { aliases } = plan('alias', { name: 'a', target: 'root\nevil: |/bin/sh' });
    expect(aliases?.split('\n')).toContain('a: root evil: |/bin/sh');
  });

  it('comments an override out', () => {
    const { 'master.cf': after } = plan('refuse-at-the-door');
    expect(after).toContain('\n#  -o smtpd_reject_unlisted_recipient=no\n');
  });
});

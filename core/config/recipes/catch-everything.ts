import type { Recipe } from './recipe.ts';

export const catchEverything: Recipe = {
  id: 'catch-everything',
  title: 'Catch everything',
  section: 'Local mail, for everybody',
  about: [
    'Mail for any outside address is delivered to you, as a mail catcher does it; local users keep theirs.',
    'A pattern gives every recipient that is not of a local domain to {login}. Nothing leaves the machine.',
  ],
  fields: [],
  changes: [
    { kind: 'first', name: 'virtual_alias_maps', words: 'regexp:$config_directory/catch_everything' },
    {
      kind: 'lines',
      file: 'catch_everything',
      comment: '# catch_everything: addresses of other domains go to one user (regexp_table(5)).',
      lines: ['if /@/', '!/@({destinations})$/ {login}@localhost', 'endif'],
    },
  ],
  test: {
    shows: 'a message for outside is delivered to you',
    sender: 'app@example.com',
    recipient: 'customer@example.com',
    subject: 'For outside',
    status: ['delivered'],
    mailbox: '{login}',
  },
};

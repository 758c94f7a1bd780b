import type { Recipe } from './recipe.ts';

export const forward: Recipe = {
  id: 'forward',
  title: 'Forwarding (.forward)',
  section: 'Aliases: ~/.forward',
  about: [
    'A user can say in ~/.forward where mail goes. Aliases come first, so the alias of that name is commented out.',
    'Homes of sandbox users are in the data folder. So that the file is kept with the configuration, this looks for it here as well, as forward-USER.',
  ],
  fields: [
    { name: 'user', label: 'User', value: 'postmaster' },
    { name: 'target', label: 'Forwards to', value: '{login}@localhost' },
  ],
  changes: [
    { kind: 'no-line', file: 'aliases', key: '{user}' },
    {
      kind: 'set',
      name: 'forward_path',
      value: '{config}/forward-$user, $home/.forward${recipient_delimiter}${extension}, $home/.forward',
    },
    {
      kind: 'lines',
      file: 'forward-{user}',
      comment: '# Where mail for {user} goes.',
      lines: ['{target}'],
    },
  ],
  test: {
    shows: 'a message to {user} is forwarded to {target}',
    sender: 'app@example.com',
    recipient: '{user}@localhost',
    subject: 'Forward me',
    status: ['delivered'],
    mailbox: '{login}',
    journey: 'forward-{user} says where it goes',
  },
};

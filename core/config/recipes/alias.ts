import type { Recipe } from './recipe.ts';

export const alias: Recipe = {
  id: 'alias',
  title: 'Another name for a user',
  section: 'Aliases',
  about: [
    'A line in the file aliases gives mail for one name to somebody else: another user, several, or an address.',
    'It is for local names only; the table is compiled when you apply, as newaliases does it.',
  ],
  fields: [
    { name: 'name', label: 'Name', value: 'support' },
    { name: 'target', label: 'Goes to', value: 'root' },
  ],
  changes: [
    { kind: 'set', name: 'alias_maps', value: 'lmdb:$config_directory/aliases' },
    { kind: 'set', name: 'alias_database', value: 'lmdb:$config_directory/aliases' },
    {
      kind: 'lines',
      file: 'aliases',
      comment: '# aliases: who gets mail for names that are no users (aliases(5)).',
      lines: ['{name}: {target}'],
    },
  ],
  test: {
    shows: 'a message to {name} goes to {target}',
    sender: 'app@example.com',
    recipient: '{name}@localhost',
    subject: 'To an alias',
    status: ['delivered'],
    journey: 'alias {name} -> {target}',
  },
};

import type { Recipe } from './recipe.ts';

export const virtualAlias: Recipe = {
  id: 'virtual-alias',
  title: 'An address of any domain',
  section: 'Virtual aliases',
  about: [
    'virtual_alias_maps gives a recipient another address before anything is delivered, whatever its domain.',
    'A line "@domain address" does it for a whole domain.',
  ],
  fields: [
    { name: 'address', label: 'Address', value: 'sales@shop.example' },
    { name: 'target', label: 'Goes to', value: 'root' },
  ],
  changes: [
    { kind: 'first', name: 'virtual_alias_maps', words: 'lmdb:$config_directory/virtual' },
    {
      kind: 'lines',
      file: 'virtual',
      comment: '# virtual: addresses that stand for others (virtual(5)).',
      lines: ['{address} {target}'],
    },
  ],
  test: {
    shows: 'a message to {address} is delivered here',
    sender: 'app@example.com',
    recipient: '{address}',
    subject: 'To a virtual alias',
    status: ['delivered'],
    journey: 'alias {address} -> {target}',
  },
};

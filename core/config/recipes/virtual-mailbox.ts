import type { Recipe } from './recipe.ts';

export const virtualMailbox: Recipe = {
  id: 'virtual-mailbox',
  title: 'Mailboxes without users',
  section: 'Virtual mail',
  about: [
    'A domain whose addresses have mailboxes of their own, for people who are no users of the machine.',
    'Addresses of the domain that the table does not have are unknown.',
  ],
  fields: [
    { name: 'domain', label: 'Domain', value: 'team.example' },
    { name: 'name', label: 'First address', value: 'info' },
  ],
  changes: [
    { kind: 'first', name: 'virtual_mailbox_domains', words: '{domain}' },
    { kind: 'first', name: 'virtual_mailbox_maps', words: 'lmdb:$config_directory/vmailbox' },
    { kind: 'set', name: 'virtual_mailbox_base', value: '/var/mail/vhosts' },
    { kind: 'set', name: 'virtual_uid_maps', value: 'static:5000' },
    { kind: 'set', name: 'virtual_gid_maps', value: 'static:5000' },
    {
      kind: 'lines',
      file: 'vmailbox',
      comment: '# vmailbox: each address with its mailbox, below virtual_mailbox_base (virtual(8)).',
      lines: ['{name}@{domain} {domain}/{name}/'],
    },
  ],
  test: {
    shows: 'a message to {name}@{domain} gets a mailbox of its own',
    sender: 'app@example.com',
    recipient: '{name}@{domain}',
    subject: 'To a virtual mailbox',
    status: ['delivered'],
  },
};

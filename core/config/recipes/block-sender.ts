import type { Recipe } from './recipe.ts';

export const blockSender: Recipe = {
  id: 'block-sender',
  title: 'Block a sender',
  section: 'Blacklist incoming emails',
  about: [
    'Mail of one sender is refused at RCPT TO, before its content is sent.',
    'The check has to come before anything that permits, so it is put in front of smtpd_recipient_restrictions.',
  ],
  fields: [{ name: 'address', label: 'Sender', value: 'user@example.com' }],
  changes: [
    {
      kind: 'first',
      name: 'smtpd_recipient_restrictions',
      words: 'check_sender_access lmdb:$config_directory/blacklist_incoming',
    },
    {
      kind: 'lines',
      file: 'blacklist_incoming',
      comment: '# blacklist_incoming: senders, and what is done with their mail (access(5)).',
      lines: ['{address} REJECT'],
    },
  ],
  test: {
    shows: 'a message of {address} is refused',
    sender: '{address}',
    recipient: 'root@localhost',
    subject: 'From a blocked sender',
    status: ['refused'],
    reason: 'Sender address rejected: Access denied',
  },
};

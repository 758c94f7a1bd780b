import type { Recipe } from './recipe.ts';

export const greylisting: Recipe = {
  id: 'greylisting',
  title: 'Greylisting',
  section: 'Postgrey',
  about: [
    'Each new client, sender and recipient is put off for a while by a policy service; who comes back is let in.',
    'The service (postgrey, say) is a program of its own on 127.0.0.1:10030. While nobody serves there, mail is put off with 451.',
  ],
  fields: [{ name: 'port', label: 'Port of the service', value: '10030' }],
  changes: [
    {
      kind: 'first',
      name: 'smtpd_recipient_restrictions',
      words: 'check_policy_service inet:127.0.0.1:{port}',
    },
  ],
  test: {
    shows: 'a message of a new client is put off, by the service, or because there is none',
    clientAddress: '192.0.2.10',
    sender: 'app@example.com',
    recipient: 'root@localhost',
    subject: 'Greylisted',
    status: ['refused', 'deferred'],
    reason: '45',
  },
};

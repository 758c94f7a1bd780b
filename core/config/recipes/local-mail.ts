import type { Recipe } from './recipe.ts';

export const localMail: Recipe = {
  id: 'local-mail',
  title: 'Local only',
  section: 'Local mail',
  about: [
    'Mail for users of this machine is delivered; everything else fails with "outside mail is not deliverable".',
    'A new sandbox begins like this. Apply it to come back here after other experiments.',
  ],
  fields: [],
  changes: [
    { kind: 'set', name: 'myhostname', value: 'localhost' },
    { kind: 'set', name: 'mydomain', value: 'localdomain' },
    { kind: 'set', name: 'mydestination', value: '$myhostname, localhost.$mydomain, localhost' },
    { kind: 'set', name: 'inet_interfaces', value: '$myhostname, localhost' },
    { kind: 'set', name: 'mynetworks_style', value: 'host' },
    { kind: 'set', name: 'default_transport', value: 'error: outside mail is not deliverable' },
  ],
  test: {
    shows: 'a message to root is delivered to a local user',
    sender: 'app@example.com',
    recipient: 'root@localhost',
    subject: 'Local mail',
    status: ['delivered'],
  },
};

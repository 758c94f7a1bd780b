import type { Recipe } from './recipe.ts';

export const spamassassin: Recipe = {
  id: 'spamassassin',
  title: 'SpamAssassin as a content filter',
  section: 'SpamAssassin',
  about: [
    'What comes in by SMTP goes through a command that looks at it and hands it back by sendmail: spamc, a client of the daemon spamd.',
    'Only the SMTP servers get the filter, or what comes back would go through it again. The command runs on this machine, so commands are allowed.',
    'While the program is not there, or spamd does not run, mail waits in the queue.',
  ],
  fields: [
    { name: 'user', label: 'Runs as', value: '{login}' },
    { name: 'program', label: 'Path of spamc', value: '/usr/bin/spamc' },
  ],
  changes: [
    { kind: 'set', name: 'sandpost_allow_commands', value: 'yes' },
    { kind: 'override', name: 'content_filter', value: 'spamassassin' },
    {
      kind: 'lines',
      file: 'master.cf',
      comment: '# master.cf: services and how they run (master(5)).',
      lines: [
        'spamassassin unix -     n       n       -       -       pipe',
        '  flags=R user={user} argv={program} -e /usr/sbin/sendmail -oi -f ${sender} ${recipient}',
      ],
    },
  ],
  test: {
    shows: 'a message that came in by SMTP is handed to the filter',
    clientAddress: '192.0.2.10',
    sender: 'app@example.com',
    recipient: 'root@localhost',
    subject: 'Looked at',
    status: ['relayed'],
    reason: 'spamassassin',
  },
};

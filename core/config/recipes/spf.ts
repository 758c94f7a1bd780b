import type { Recipe } from './recipe.ts';

export const spf: Recipe = {
  id: 'spf',
  title: 'Sender Policy Framework',
  section: 'Sender Policy Framework',
  about: [
    'A policy service, started by spawn(8) when it is asked, says whether a client may send for the domain. It is asked after reject_unauth_destination.',
    'The program (policyd-spf, say) runs on this machine, so commands are allowed. It asks the DNS of the machine, not the one of the sandbox. While it is not there, mail is put off with 451.',
  ],
  fields: [
    { name: 'user', label: 'Runs as', value: 'nobody' },
    { name: 'program', label: 'Path of the service', value: '/usr/bin/policyd-spf' },
  ],
  changes: [
    { kind: 'set', name: 'sandpost_allow_commands', value: 'yes' },
    { kind: 'set', name: 'policy-spf_time_limit', value: '3600s' },
    {
      kind: 'lines',
      file: 'master.cf',
      comment: '# master.cf: services and how they run (master(5)).',
      lines: ['policy-spf unix  -      n       n       -       0       spawn user={user} argv={program}'],
    },
    {
      kind: 'first',
      name: 'smtpd_recipient_restrictions',
      words: 'reject_unauth_destination, check_policy_service unix:private/policy-spf',
    },
  ],
  test: {
    shows: 'a message to root is decided by the service, or put off because it is not there',
    clientAddress: '192.0.2.10',
    sender: 'app@example.com',
    recipient: 'root@localhost',
    subject: 'May this client send for example.com?',
    status: ['refused', 'deferred', 'delivered'],
    journey: 'policy server',
  },
};

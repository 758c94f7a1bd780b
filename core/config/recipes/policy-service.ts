import type { Recipe } from './recipe.ts';

export const policyService: Recipe = {
  id: 'policy-service',
  title: 'Ask a policy service',
  section: 'Rule-based mail processing',
  about: [
    'A program of yours is told about each recipient and answers what to do: OK, DUNNO, REJECT, DEFER and the other actions of access(5).',
    'It listens on this machine and speaks the policy protocol. While nobody serves there, mail is put off with 451.',
  ],
  fields: [{ name: 'port', label: 'Port of the service', value: '10040' }],
  changes: [
    {
      kind: 'first',
      name: 'smtpd_recipient_restrictions',
      words: 'reject_unauth_destination, check_policy_service inet:127.0.0.1:{port}',
    },
  ],
  test: {
    shows: 'a message to root is decided by the service, or put off because there is none',
    clientAddress: '192.0.2.10',
    sender: 'app@example.com',
    recipient: 'root@localhost',
    subject: 'For the policy service',
    status: ['refused', 'deferred', 'delivered'],
    journey: 'policy server',
  },
};

/** access(5): what a table says about an address, a name, a network, and what comes of it. */
import { expect, test } from 'vitest';
import type { Facts } from './facts.ts';
import { LOCAL_CLIENT, OUTSIDE, policyBench } from './policy.test-support.ts';

test('a restriction class is a list of its own', async () => {
  const b = policyBench([
    'smtpd_restriction_classes = strict, lax',
    'strict = reject_non_fqdn_sender, reject',
    'lax = permit',
    'smtpd_recipient_restrictions = check_recipient_access inline:{alice@localhost=strict, bob@localhost=lax}',
  ]);
  expect(await b.rcpt('bob@localhost')).toBe('permit');
  expect(await b.rcpt('alice@localhost')).toBe(
    '554 5.7.1 <alice@localhost>: Recipient address rejected: Access denied',
  );
});

test.each<readonly [string, string]>([
  ['OK', 'permit'],
  ['250', 'permit'],
  ['DUNNO', 'DUNNO'],
  ['REJECT', '554 5.7.1 <alice@localhost>: Recipient address rejected: Access denied'],
  ['REJECT not you', '554 5.7.1 <alice@localhost>: Recipient address rejected: not you'],
  ['REJECT 5.1.2 not you', '554 5.1.2 <alice@localhost>: Recipient address rejected: not you'],
  ['DEFER later', '450 4.7.1 <alice@localhost>: Recipient address rejected: later'],
  ['550 gone', '550 5.7.1 <alice@localhost>: Recipient address rejected: gone'],
  ['451 4.2.1 full', '451 4.2.1 <alice@localhost>: Recipient address rejected: full'],
  ['421 4.7.0 bye', '421 4.7.0 <alice@localhost>: Recipient address rejected: bye'],
  ['DEFER_IF_PERMIT wait', '450 4.7.1 <alice@localhost>: Recipient address rejected: wait'],
  ['REJECTED', '451 4.3.5 Server configuration error'],
])('access(5): %s', async (action, expected) => {
  const b = policyBench([
    'smtpd_recipient_restrictions =',
    `  check_recipient_access inline:{{alice@localhost=${action}}}`,
    '  permit',
  ]);
  expect(await b.rcpt('alice@localhost')).toBe(expected === 'DUNNO' ? 'permit' : expected);
});

test.each<readonly [string, object]>([
  ['HOLD look at this', { hold: '<alice@localhost>: Recipient address look at this' }],
  ['HOLD', { hold: '<alice@localhost>: Recipient address triggers HOLD action' }],
  ['DISCARD', { discard: '<alice@localhost>: Recipient address triggers DISCARD action' }],
  ['FILTER scan:dummy', { filter: 'scan:dummy' }],
  ['REDIRECT bob@localhost', { redirect: 'bob@localhost' }],
  ['BCC bob@localhost', { bcc: ['bob@localhost'] }],
  ['PREPEND X-Seen: yes', { prepend: ['X-Seen: yes'] }],
  ['PREPEND nonsense', {}],
  ['FILTER nonsense', {}],
  ['REDIRECT bob', {}],
])('access(5) orders: %s', async (action, orders) => {
  const b = policyBench([
    `smtpd_recipient_restrictions = check_recipient_access inline:{{alice@localhost=${action}}}`,
  ]);
  const ruling = await b.policy.recipient(b.facts(), 'alice@localhost');
  expect(ruling.reply).toBeUndefined();
  expect(ruling.orders).toEqual(orders);
});

test('which key of an address, a name and a network is found', async () => {
  const b = policyBench(
    [
      'smtpd_client_restrictions = check_client_access cidr:$config_directory/clients',
      'smtpd_sender_restrictions = check_sender_access inline:{{client.example=REJECT by domain}, {x@=REJECT by user}, {<>=REJECT by null}}',
      'smtpd_helo_restrictions = check_helo_access inline:{{.bad.example=REJECT by parent}}',
      'parent_domain_matches_subdomains =',
    ],
    { files: { clients: '198.51.100.0/24 REJECT by network\n' } },
  );
  const said = async (facts: Partial<Facts>) =>
    (await b.rcpt('alice@localhost', facts)).replace(/^.*rejected: /, '');
  expect(await said({ sender: 'carol@client.example' })).toBe('by domain');
  expect(await said({ sender: 'x@other.example' })).toBe('by user');
  expect(await said({ sender: '' })).toBe('by null');
  expect(await said({ sender: 'ok@fine.example', helo: 'a.bad.example' })).toBe('by parent');
  expect(await said({ sender: 'ok@fine.example', ...OUTSIDE })).toBe('by network');
  expect(await said({ sender: 'ok@fine.example', client: LOCAL_CLIENT })).toBe('permit');
});

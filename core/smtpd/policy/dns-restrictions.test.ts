/** Restrictions that ask the DNS: domains that cannot be answered, mail servers that are known, lists. */
import { expect, test } from 'vitest';
import type { Facts } from './facts.ts';
import { OUTSIDE, policyBench } from './policy.test-support.ts';

const ZONE = `
good.example MX 10 mx.good.example
mx.good.example A 192.0.2.10
host.example A 192.0.2.20
slow.example SERVFAIL
null.example MX 0 .
bad.example MX 10 mx.bad.example
mx.bad.example A 203.0.113.66
7.100.51.198.rbl.example A 127.0.0.2
7.100.51.198.rbl.example TXT spammer
7.100.51.198.white.example A 127.0.0.5
`;

test.each<readonly [string, Partial<Facts>, string]>([
  ['reject_unknown_sender_domain', { sender: 'x@good.example' }, 'permit'],
  ['reject_unknown_sender_domain', { sender: 'x@host.example' }, 'permit'],
  [
    'reject_unknown_sender_domain',
    { sender: 'x@nosuch.example' },
    '450 4.1.8 <x@nosuch.example>: Sender address rejected: Domain not found',
  ],
  [
    'reject_unknown_sender_domain',
    { sender: 'x@slow.example' },
    '450 4.1.8 <x@slow.example>: Sender address rejected: Domain not found',
  ],
  [
    'reject_unknown_sender_domain',
    { sender: 'x@null.example' },
    '550 5.7.27 <x@null.example>: Sender address rejected: Domain null.example does not accept mail (nullMX)',
  ],
  [
    'reject_unknown_helo_hostname',
    { helo: 'nosuch.example' },
    '450 4.7.1 <nosuch.example>: Helo command rejected: Host not found',
  ],
  ['reject_unknown_helo_hostname', { helo: 'host.example' }, 'permit'],
  [
    'check_sender_mx_access inline:{{203.0.113.66=REJECT bad server}}',
    { sender: 'x@bad.example' },
    '554 5.7.1 <x@bad.example>: Sender address rejected: bad server',
  ],
  [
    'check_sender_mx_access inline:{{203.0.113.66=REJECT bad server}}',
    { sender: 'x@good.example' },
    'permit',
  ],
  [
    'reject_rbl_client rbl.example',
    OUTSIDE,
    '554 5.7.1 Service unavailable; Client host [198.51.100.7] blocked using rbl.example; spammer',
  ],
  ['reject_rbl_client rbl.example=127.0.0.9', OUTSIDE, 'permit'],
  ['permit_dnswl_client white.example, reject', OUTSIDE, 'permit'],
  [
    'permit_dnswl_client rbl2.example, reject',
    OUTSIDE,
    '554 5.7.1 <alice@localhost>: Recipient address rejected: Access denied',
  ],
])('DNS: %s with %j', async (list, facts, expected) => {
  const b = policyBench([`smtpd_recipient_restrictions = ${list}`], { zone: ZONE });
  expect(await b.rcpt('alice@localhost', facts)).toBe(expected);
});

test('without a DNS a sandbox knows localhost only, and says "try again" for the rest', async () => {
  const b = policyBench(['smtpd_sender_restrictions = reject_unknown_sender_domain']);
  expect(await b.rcpt('alice@localhost', { sender: 'x@gmail.com' })).toMatch(
    /^450 4\.1\.8 <x@gmail\.com>: Sender address rejected: Domain not found/,
  );
  expect(await b.rcpt('alice@localhost', { sender: 'bob@localhost' })).toBe('permit');
});

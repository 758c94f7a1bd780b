/** Who may send what to whom: decided without a session, as the dry run does it. */
import { expect, test } from 'vitest';
import type { Facts } from './facts.ts';
import { OUTSIDE, policyBench, show, STRANGER } from './policy.test-support.ts';

test('strangers may send to our own users only', async () => {
  const b = policyBench([]);
  expect(await b.rcpt('alice@localhost', OUTSIDE)).toBe('permit');
  expect(await b.rcpt('someone@elsewhere.example', OUTSIDE)).toBe(
    '454 4.7.1 <someone@elsewhere.example>: Relay access denied',
  );
  expect(await b.rcpt('nobody@localhost', OUTSIDE)).toBe(
    '550 5.1.1 <nobody@localhost>: Recipient address rejected: User unknown in local recipient table',
  );
});

test('mail for outside is refused by the error transport, with its own words', async () => {
  const b = policyBench([]);
  expect(await b.rcpt('x@outside.example')).toBe(
    '550 5.1.1 <x@outside.example>: Recipient address rejected: outside mail is not deliverable',
  );
});

test('plain postmaster is accepted from everyone', async () => {
  const b = policyBench(['smtpd_recipient_restrictions = reject']);
  expect(await b.rcpt('postmaster', OUTSIDE)).toBe('permit');
  expect(await b.rcpt('alice@localhost', OUTSIDE)).toMatch(/^554 5\.7\.1 /);
});

test.each<readonly [string, readonly string[], string, string]>([
  [
    'virtual_alias_maps',
    ['virtual_alias_domains = v.example', 'virtual_alias_maps = inline:{{ok@v.example=alice}}'],
    'no@v.example',
    '550 5.1.1 <no@v.example>: Recipient address rejected: User unknown in virtual alias table',
  ],
  [
    'virtual_alias_maps, listed',
    ['virtual_alias_domains = v.example', 'virtual_alias_maps = inline:{{ok@v.example=alice}}'],
    'ok@v.example',
    'permit',
  ],
  [
    'virtual_mailbox_maps',
    ['virtual_mailbox_domains = v.example', 'virtual_mailbox_maps = inline:{{ok@v.example=x/}}'],
    'no@v.example',
    '550 5.1.1 <no@v.example>: Recipient address rejected: User unknown in virtual mailbox table',
  ],
  [
    'relay_recipient_maps',
    ['relay_domains = r.example', 'relay_recipient_maps = inline:{{ok@r.example=x}}'],
    'no@r.example',
    '550 5.1.1 <no@r.example>: Recipient address rejected: User unknown in relay recipient table',
  ],
  [
    'relocated_maps',
    ['relocated_maps = inline:{{bob@localhost=b@new.example}}'],
    'bob@localhost',
    '550 5.1.6 <bob@localhost>: Recipient address rejected: User has moved to b@new.example',
  ],
  [
    'recipient_canonical_maps make an address known',
    ['recipient_canonical_maps = inline:{{x@localhost=alice}}'],
    'x@localhost',
    'permit',
  ],
  [
    'unknown_local_recipient_reject_code',
    ['unknown_local_recipient_reject_code = 450'],
    'x@localhost',
    '450 4.1.1 <x@localhost>: Recipient address rejected: User unknown in local recipient table',
  ],
  ['local_recipient_maps is empty', ['local_recipient_maps ='], 'x@localhost', 'permit'],
  ['smtpd_reject_unlisted_recipient', ['smtpd_reject_unlisted_recipient = no'], 'x@localhost', 'permit'],
  [
    'receive_override_options',
    ['receive_override_options = no_unknown_recipient_checks'],
    'x@localhost',
    'permit',
  ],
])('recipients: %s', async (_about, main, recipient, expected) => {
  expect(await policyBench(main).rcpt(recipient)).toBe(expected);
});

test('smtpd_reject_unlisted_sender', async () => {
  const b = policyBench(['smtpd_reject_unlisted_sender = yes']);
  expect(await b.rcpt('alice@localhost', { sender: 'nobody@localhost' })).toBe(
    '550 5.1.0 <nobody@localhost>: Sender address rejected: User unknown in local recipient table',
  );
  expect(await b.rcpt('alice@localhost', { sender: 'bob@localhost' })).toBe('permit');
});

test.each<readonly [string, string]>([
  ['reject', '554 5.7.1 <alice@localhost>: Recipient address rejected: Access denied'],
  ['defer', '450 4.3.2 <alice@localhost>: Recipient address rejected: Try again later'],
  ['permit, reject', 'permit'],
  ['permit_mynetworks, reject', 'permit'],
  ['permit_inet_interfaces, reject', 'permit'],
  ['permit_auth_destination, reject', 'permit'],
  [
    'permit_sasl_authenticated, reject',
    '554 5.7.1 <alice@localhost>: Recipient address rejected: Access denied',
  ],
  ['warn_if_reject reject, permit', 'permit'],
  ['defer_if_permit', '450 4.7.0 <alice@localhost>: Recipient address rejected: defer_if_permit requested'],
  [
    'defer_if_reject, reject',
    '450 4.7.0 <alice@localhost>: Recipient address rejected: defer_if_reject requested',
  ],
  ['sleep 1, reject', '554 5.7.1 <alice@localhost>: Recipient address rejected: Access denied'],
  ['reject_plaintext_session', '450 4.7.1 Session encryption is required'],
  ['nonsense', '451 4.3.5 Server configuration error'],
  ['check_recipient_access', '451 4.3.5 Server configuration error'],
])('smtpd_recipient_restrictions = %s', async (list, expected) => {
  expect(await policyBench([`smtpd_recipient_restrictions = ${list}`]).rcpt('alice@localhost')).toBe(
    expected,
  );
});

test.each<readonly [string, Partial<Facts>, string]>([
  [
    'reject_non_fqdn_helo_hostname',
    { helo: 'me' },
    '504 5.5.2 <me>: Helo command rejected: need fully-qualified hostname',
  ],
  ['reject_non_fqdn_helo_hostname', { helo: 'me.example' }, 'permit'],
  [
    'reject_invalid_helo_hostname',
    { helo: 'me..example' },
    '501 5.5.2 <me..example>: Helo command rejected: Invalid name',
  ],
  ['reject_invalid_helo_hostname', { helo: '[127.0.0.1]' }, 'permit'],
  [
    'reject_non_fqdn_sender',
    { sender: 'carol' },
    '504 5.5.2 <carol>: Sender address rejected: need fully-qualified address',
  ],
  [
    'reject_non_fqdn_sender',
    { sender: 'carol@client' },
    '504 5.5.2 <carol@client>: Sender address rejected: need fully-qualified address',
  ],
  ['reject_non_fqdn_sender', { sender: '' }, 'permit'],
  [
    'reject_unknown_client_hostname',
    { client: { ...STRANGER, name: 'unknown', nameStatus: 'permanent' } },
    '450 4.7.25 Client host rejected: cannot find your hostname, [198.51.100.7]',
  ],
  [
    'reject_unknown_reverse_client_hostname',
    { client: { ...STRANGER, reverseName: 'unknown', reverseStatus: 'permanent' } },
    '450 4.7.1 Client host rejected: cannot find your reverse hostname, [198.51.100.7]',
  ],
  [
    'reject_unauth_pipelining',
    { hasPipelinedWrongly: true, protocol: 'SMTP' },
    '503 5.5.0 <alice@localhost>: Recipient address rejected: Improper use of SMTP command pipelining',
  ],
])('%s with %j', async (name, facts, expected) => {
  expect(await policyBench([`smtpd_recipient_restrictions = ${name}`]).rcpt('alice@localhost', facts)).toBe(
    expected,
  );
});

test('reject_non_fqdn_recipient', async () => {
  const b = policyBench(['smtpd_recipient_restrictions = reject_non_fqdn_recipient']);
  expect(await b.rcpt('alice')).toBe(
    '504 5.5.2 <alice>: Recipient address rejected: need fully-qualified address',
  );
});

test('the first list that refuses has the word, and relay restrictions come first', async () => {
  const lists = ['client', 'helo', 'sender', 'relay', 'recipient'].map(
    (stage) => `smtpd_${stage}_restrictions = reject`,
  );
  const names = [
    '<localhost[127.0.0.1]>: Client host',
    '<me.example>: Helo command',
    '<carol@client.example>: Sender address',
    '<alice@localhost>: Recipient address',
    '<alice@localhost>: Recipient address',
  ];
  for (const [i, name] of names.entries()) {
    const b = policyBench(lists.map((line, at) => (at < i ? line.replace('= reject', '=') : line)));
    expect(await b.rcpt('alice@localhost')).toBe(`554 5.7.1 ${name} rejected: Access denied`);
  }
});

test('smtpd_delay_reject = no: each stage decides for itself', async () => {
  const b = policyBench([
    'smtpd_delay_reject = no',
    'smtpd_client_restrictions = reject',
    'smtpd_helo_restrictions = reject',
    'smtpd_sender_restrictions = reject',
  ]);
  const facts = b.facts({ sender: undefined });
  expect(show(await b.policy.client(facts))).toMatch(/Client host rejected: Access denied$/);
  expect(show(await b.policy.helo(facts, 'me'))).toBe('554 5.7.1 <me>: Helo command rejected: Access denied');
  expect(show(await b.policy.sender(facts, 'a@b'))).toBe(
    '554 5.7.1 <a@b>: Sender address rejected: Access denied',
  );
  expect(await b.rcpt('alice@localhost')).toBe('permit');
});

test('each decision is in the journey with its source', async () => {
  const b = policyBench([
    'smtpd_recipient_restrictions =',
    '  permit_sasl_authenticated',
    '  check_recipient_access inline:{{alice@localhost=REJECT no}}',
  ]);
  const { journey, log } = await b.policy.recipient(b.facts(), 'alice@localhost');
  expect(journey.at(-1)).toMatchObject({
    program: 'smtpd',
    verdict: 'bad',
    recipient: 'alice@localhost',
    detail: '554 5.7.1 <alice@localhost>: Recipient address rejected: no',
    source: {
      kind: 'table',
      table: 'inline:{{alice@localhost=REJECT no}}',
      key: 'alice@localhost',
      value: 'REJECT no',
    },
  });
  expect(log).toEqual([
    {
      severity: 'info',
      text: 'NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 554 5.7.1 <alice@localhost>: Recipient address rejected: no; from=<carol@client.example> to=<alice@localhost> proto=ESMTP helo=<me.example>',
    },
  ]);
});

test('data and end-of-data restrictions', async () => {
  const b = policyBench([
    'smtpd_data_restrictions = reject_multi_recipient_bounce',
    'smtpd_end_of_data_restrictions = check_sender_access inline:{{big@client.example=REJECT too big}}',
  ]);
  const bounce = b.facts({ where: 'DATA', sender: '', recipient: 'alice@localhost', recipientCount: 2 });
  expect(show(await b.policy.data(bounce))).toBe(
    '550 5.5.3 <DATA>: Data command rejected: Multi-recipient bounce',
  );
  expect(show(await b.policy.data({ ...bounce, recipientCount: 1 }))).toBe('permit');
  const end = b.facts({ where: 'END-OF-MESSAGE', sender: 'big@client.example', recipientCount: 1 });
  expect(show(await b.policy.endOfData(end))).toBe(
    '554 5.7.1 <big@client.example>: Sender address rejected: too big',
  );
});

test('ETRN restrictions', async () => {
  const b = policyBench(['smtpd_etrn_restrictions = permit_mynetworks, reject']);
  expect(show(await b.policy.etrn(b.facts({ where: 'ETRN' }), 'a.example'))).toBe('permit');
  expect(show(await b.policy.etrn(b.facts({ where: 'ETRN', ...OUTSIDE }), 'a.example'))).toBe(
    '554 5.7.1 <a.example>: Etrn command rejected: Access denied',
  );
});

test('reject_unverified_recipient asks verify', async () => {
  const b = policyBench(['smtpd_recipient_restrictions = reject_unverified_recipient'], {
    services: {
      verify: (address) =>
        Promise.resolve(
          address.startsWith('alice')
            ? { kind: 'deliverable' }
            : { kind: 'undeliverable', reason: 'no such mailbox' },
        ),
    },
  });
  expect(await b.rcpt('alice@localhost')).toBe('permit');
  expect(await b.rcpt('bob@localhost')).toMatch(/^450 4\.1\.1 <bob@localhost>: Recipient address rejected: /);
});

test('check_policy_service does what the server says', async () => {
  const b = policyBench(['smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:10023'], {
    services: {
      askPolicyServer: ({ word }, request) =>
        Promise.resolve(request.includes('\nsender=\n') ? 'DUNNO' : `DEFER ${word} says wait`),
    },
  });
  expect(await b.rcpt('alice@localhost', { sender: '' })).toBe('permit');
  expect(await b.rcpt('alice@localhost')).toBe(
    '450 4.7.1 <alice@localhost>: Recipient address rejected: inet:127.0.0.1:10023 says wait',
  );
});

/** A configuration in which every kind of decision occurs, and envelopes and messages that meet them. */
import fc from 'fast-check';

export const MAIN_CF = `compatibility_level = 3.6
myhostname = localhost
mydomain = localdomain
mydestination = $myhostname, localhost.$mydomain, localhost
inet_interfaces = $myhostname, localhost
mynetworks_style = host
default_transport = error: outside mail is not deliverable
alias_maps = texthash:$config_directory/aliases.text
virtual_alias_domains = virtual.test
virtual_alias_maps = texthash:$config_directory/virtual
virtual_mailbox_domains = boxes.test
virtual_mailbox_maps = texthash:$config_directory/boxes
virtual_mailbox_base = /nonexistent-mail
virtual_uid_maps = static:1000
virtual_gid_maps = static:1000
transport_maps = texthash:$config_directory/transport
sender_canonical_maps = texthash:$config_directory/canonical
recipient_bcc_maps = texthash:$config_directory/bcc
header_checks = regexp:$config_directory/header_checks
body_checks = regexp:$config_directory/body_checks
recipient_delimiter = +
propagate_unmatched_extensions = canonical, virtual, alias
smtpd_client_restrictions = check_client_access cidr:$config_directory/clients
smtpd_helo_restrictions = reject_invalid_helo_hostname
smtpd_sender_restrictions = check_sender_access texthash:$config_directory/senders, reject_non_fqdn_sender
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access texthash:$config_directory/recipients
smtpd_data_restrictions = reject_multi_recipient_bounce
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 100000
smtpd_hard_error_limit = 100000
smtpd_junk_command_limit = 100000
smtpd_authorized_xclient_hosts = 127.0.0.0/8
relay_domains = relay.test
# XCLIENT leaves the connection's own address as it is, which is what the default looks at.
local_header_rewrite_clients = permit_mynetworks
`;

/** Deliveries over a network stay out: they are named, not asked, in a dry run. */
export const MASTER_CF = `127.0.0.1:0 inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
`;

export const FILES: Readonly<Record<string, string>> = {
  'aliases.text': [
    'root you',
    'team alice, bob, gone@gone.test',
    'circle round@localhost',
    'round circle@localhost',
    'robot |/bin/true',
    'list alice, away@later.test',
    'owner-list bob',
    'void nobody-here',
  ].join('\n'),
  virtual:
    'info@virtual.test alice\nboth@virtual.test bob, x@boxes.test\nout@virtual.test someone@gone.test\n',
  boxes: 'x@boxes.test x/\ny@boxes.test y/\n',
  transport: [
    'later.test retry:4.7.1 come back later',
    'gone.test error:5.1.2 gone for good',
    'sink.test discard:',
    'missing.test nosuch:',
    'relay.test discard:relayed',
  ].join('\n'),
  canonical: 'old@app.test new@app.test\n',
  bcc: 'bob@localhost alice\n',
  header_checks:
    '/^X-Hold/ HOLD kept\n/^X-Stop/ REJECT stopped\n/^X-Sink/ DISCARD sunk\n/^X-To-Bob/ REDIRECT bob@localhost\n/^X-Seen/ WARN seen\n',
  body_checks: '/forbidden/ REJECT not this\n',
  clients: '203.0.113.0/24 REJECT go away\n2001:db8::/32 DEFER not now\n',
  senders:
    'bad@app.test REJECT\nslow@app.test DEFER\nheld@app.test HOLD\nfiltered@app.test FILTER discard:filter\nboth@app.test REDIRECT alice@localhost\n',
  recipients:
    'no@localhost 554 5.7.9 not you\nlater@localhost DEFER_IF_PERMIT wait\nsink@localhost DISCARD\n',
};

const NAMES = [
  'you',
  'alice',
  'bob',
  'root',
  'team',
  'circle',
  'robot',
  'list',
  'void',
  'no',
  'later',
  'sink',
];
const NAME = fc.constantFrom(...NAMES, 'postmaster', 'unknown', 'alice+ext', 'team+x', 'Bob');
const DOMAIN = fc.constantFrom(
  'localhost',
  'LOCALHOST',
  'localhost.localdomain',
  'example.com',
  'later.test',
);
const ADDRESS = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(NAME, DOMAIN).map(([name, domain]) => `${name}@${domain}`) },
  fc.constantFrom('info@virtual.test', 'both@virtual.test', 'out@virtual.test', 'none@virtual.test'),
  fc.constantFrom('x@boxes.test', 'y+e@boxes.test', 'z@boxes.test'),
  fc.constantFrom('a@gone.test', 'a@sink.test', 'a@missing.test', 'a@relay.test'),
  fc.constantFrom('alice', 'postmaster', 'not an address', '"quo ted"@localhost', 'a@b@c', '@localhost', ''),
  fc.emailAddress(),
);
const SENDER = fc.oneof(
  fc.constantFrom('', 'app@app.test', 'old@app.test', 'bad@app.test', 'slow@app.test', 'held@app.test'),
  fc.constantFrom('filtered@app.test', 'both@app.test', 'alice@localhost', 'bare', 'double-bounce@localhost'),
  ADDRESS,
);
const HEADERS = fc.subarray(
  ['Subject: hello', 'From: a@app.test', 'X-Hold: 1', 'X-Stop: 1', 'X-Sink: 1', 'X-To-Bob: 1', 'X-Seen: 1'],
  { maxLength: 3 },
);
const LOOP = fc.constantFrom('', '', '', 'Delivered-To: alice@localhost', 'Delivered-To: x@boxes.test');
const BODY = fc.constantFrom('Hello.', '', 'This is forbidden.', '.a dot\n..two', 'ä ö ü'.repeat(40));
const MESSAGE = fc
  .tuple(HEADERS, LOOP, BODY)
  .map(
    ([headers, loop, body]) => [...headers, loop].filter((line) => line !== '').join('\n') + `\n\n${body}\n`,
  );

const CLIENT = fc.constantFrom(
  { clientAddress: '127.0.0.1', clientName: 'localhost' },
  { clientAddress: '127.0.0.1', clientName: 'localhost' },
  { clientAddress: '192.0.2.7', clientName: 'mail.partner.test' },
  { clientAddress: '203.0.113.9', clientName: 'bad.example.net' },
  { clientAddress: '2001:db8::1', clientName: 'six.example.net' },
);

export interface Envelope {
  readonly client: { readonly clientAddress: string; readonly clientName: string };
  readonly helo: string;
  readonly login: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly message: string;
}

export const ENVELOPE: fc.Arbitrary<Envelope> = fc.record({
  client: CLIENT,
  helo: fc.constantFrom('mail.partner.test', 'localhost', 'under_score', '[192.0.2.7]', 'x'),
  login: fc.constantFrom('', '', 'alice'),
  sender: SENDER,
  recipients: fc.array(ADDRESS, { minLength: 1, maxLength: 4 }),
  message: MESSAGE,
});

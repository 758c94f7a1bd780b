import { describe, expect, it } from 'vitest';
import { DATE, delivered, headersOf, kitchen, queued, QUEUE_ID, to } from './testing/kitchen.ts';

const ADDED = [`Message-Id: <20261122210000.${QUEUE_ID}@localhost>`, `Date: ${DATE}`, 'From: bob@localhost'];

describe('missing headers', () => {
  it('are added at the end of the header for a local client', async () => {
    const { prepare, lines } = kitchen();
    const message = queued(await prepare({}));
    expect(headersOf(message)).toEqual(['Subject: test', ...ADDED]);
    expect(delivered(message)).toMatch(/\nFrom: bob@localhost\n\nHello\.\n$/);
    expect(message.content.body).toBeNull();
    expect(message.size).toBe(Buffer.byteLength(delivered(message)));
    expect(lines).toEqual([`${QUEUE_ID}: message-id=<20261122210000.${QUEUE_ID}@localhost>`]);
  });

  it('are not added for a stranger', async () => {
    const { prepare, lines } = kitchen();
    const message = queued(
      await prepare({ rewriteContext: 'remote', raw: 'Subject: remote\r\nTo: alice\r\n\r\nx\r\n' }),
    );
    expect(headersOf(message)).toEqual(['Subject: remote', 'To: alice']);
    expect(lines).toEqual([`${QUEUE_ID}: message-id=<>`]);
  });

  it('are added for strangers, too, with always_add_missing_headers, and remote_header_rewrite_domain completes', async () => {
    const { prepare } = kitchen([
      'always_add_missing_headers = yes',
      'remote_header_rewrite_domain = domain.invalid',
    ]);
    const raw = 'Subject: remote\r\nTo: alice\r\nFrom: x\r\n\r\nx\r\n';
    const message = queued(await prepare({ rewriteContext: 'remote', raw }));
    expect(headersOf(message)).toEqual([
      'Subject: remote',
      'To: alice@domain.invalid',
      'From: x@domain.invalid',
      ADDED[0],
      ADDED[1],
    ]);
  });

  it.each([
    ['just a body line\r\nsecond\r\n', 'just a body line\nsecond\n'],
    ['\r\nstarts with an empty line\r\n', 'starts with an empty line\n'],
    [' starts with a blank\r\n', ' starts with a blank\n'],
    ['', ''],
  ])('come before a body without header: %j', async (raw, body) => {
    const message = queued(await kitchen().prepare({ raw }));
    expect(headersOf(message)).toEqual(ADDED);
    expect(delivered(message).split('\n\n').slice(1).join('\n\n')).toBe(body);
  });

  it('are Resent- ones when there is any Resent- header', async () => {
    const { prepare, lines } = kitchen();
    const raw =
      'Resent-From: carol@localhost\r\nFrom: bob@localhost\r\nMessage-Id: <a@b>\r\nSubject: resent\r\n\r\nx\r\n';
    expect(headersOf(queued(await prepare({ raw })))).toEqual([
      'Resent-From: carol@localhost',
      'From: bob@localhost',
      'Message-Id: <a@b>',
      'Subject: resent',
      `Resent-${ADDED[0] ?? ''}`,
      `Resent-${ADDED[1] ?? ''}`,
    ]);
    expect(lines).toEqual([
      `${QUEUE_ID}: message-id=<a@b>`,
      `${QUEUE_ID}: resent-message-id=<20261122210000.${QUEUE_ID}@localhost>`,
    ]);
  });

  it.each([
    ['Bob The Builder', 'From: Bob The Builder <bob@localhost>'],
    ['Bob B. (Builder)', 'From: "Bob B. (Builder)" <bob@localhost>'],
    ['', 'From: bob@localhost'],
  ])('From has the full name %j', async (fullName, from) => {
    expect(headersOf(queued(await kitchen().prepare({ fullName })))).toContain(from);
  });

  it('has a recipient when undisclosed_recipients_header says so', async () => {
    const { prepare } = kitchen(['undisclosed_recipients_header = To: undisclosed-recipients:;']);
    expect(headersOf(queued(await prepare({})))).toContain('To: undisclosed-recipients:;');
  });
});

describe('headers', () => {
  it('that nobody shall see are dropped', async () => {
    const raw =
      'Subject: test\r\nBcc: x@y\r\nContent-Length: 3\r\nResent-Bcc: a@b\r\nReturn-Path: <q@r>\r\nStatus: RO\r\nDelivered-To: d@e\r\n\r\nHello.\r\n';
    const headers = headersOf(queued(await kitchen().prepare({ raw })));
    expect(headers.map((header) => header.split(':')[0])).toEqual([
      'Subject',
      'Status',
      'Delivered-To',
      'Resent-Message-Id',
      'Resent-Date',
      'Resent-From',
    ]);
  });

  it('are completed for a local client, and left alone where nothing is incomplete', async () => {
    const { prepare } = kitchen(['myorigin = example.test']);
    const folded = 'Cc: a@b.test,\r\n   c@d.test';
    const raw = `To: alice, Bob <bob>,\r\n carol@x.test\r\n${folded}\r\nX-To: dave\r\n\r\nx\r\n`;
    const headers = headersOf(queued(await prepare({ raw })));
    expect(headers.slice(0, 3)).toEqual([
      'To: alice@example.test, Bob <bob@example.test>, carol@x.test',
      'Cc: a@b.test,\n   c@d.test',
      'X-To: dave',
    ]);
  });

  it('are cut at header_size_limit', async () => {
    const { prepare } = kitchen(['header_size_limit = 300']);
    const headers = headersOf(
      queued(await prepare({ raw: `X-Long: ${'h'.repeat(500)}\r\nX-After: yes\r\n\r\nx\r\n` })),
    );
    expect(headers[0]).toHaveLength(300);
    expect(headers[1]).toBe('X-After: yes');
  });

  it('keep bytes that are not UTF-8', async () => {
    const raw = Buffer.concat([
      Buffer.from('Subject: gr'),
      Buffer.from([0xfc]),
      Buffer.from('n\r\n\r\nx\r\n'),
    ]);
    const message = queued(await kitchen().prepare({ raw }));
    expect(Buffer.from(message.content.header).includes(Buffer.from([0x72, 0xfc, 0x6e]))).toBe(true);
  });

  it('with a blank in front of the colon lose it', async () => {
    expect(headersOf(queued(await kitchen().prepare({ raw: 'Subject : x\r\n\r\nx\r\n' })))[0]).toBe(
      'Subject: x',
    );
  });

  it('hops are counted against hopcount_limit', async () => {
    const { prepare, lines } = kitchen(['hopcount_limit = 3']);
    const outcome = await prepare({ raw: 'Received: x\r\nReceived: y\r\nReceived: z\r\n\r\nx\r\n' });
    expect(outcome).toMatchObject({
      kind: 'refused',
      failure: 'hard',
      reply: { code: 554, enhanced: '5.4.0', lines: ['Error: too many hops'] },
    });
    expect(lines).toEqual([`warning: ${QUEUE_ID}: message rejected: hopcount exceeded`]);
  });

  it('are summarised for lists', async () => {
    const raw =
      'From: =?utf-8?q?J=C3=B6rg?= <j@x.test>\r\nTo: a@b.test,\r\n c@d.test\r\nSubject: Grüße\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000 (UTC)\r\nMessage-Id: <m@x>\r\n\r\nx\r\n';
    expect(queued(await kitchen().prepare({ raw })).summary).toEqual({
      from: 'Jörg <j@x.test>',
      to: 'a@b.test, c@d.test',
      subject: 'Grüße',
      date: Date.UTC(2026, 0, 1),
      messageId: '<m@x>',
    });
  });
});

describe('body', () => {
  it.each([
    ['a\rb\r\n\r.\r\nc\r\r\n', 'a b\n .\nc\n'],
    ['no end', 'no end\n'],
    ['one\ntwo\n', 'one\ntwo\n'],
    ['', ''],
  ])('%j becomes %j', async (body, expected) => {
    const message = queued(await kitchen().prepare({ raw: `Subject: x\r\n\r\n${body}` }));
    expect(delivered(message).split('\n\n').slice(1).join('\n\n')).toBe(expected);
    expect(message.size).toBe(Buffer.byteLength(delivered(message)));
  });

  it('too large a message is refused', async () => {
    const { prepare, lines } = kitchen(['message_size_limit = 3000', 'mailbox_size_limit = 3000']);
    const outcome = await prepare({ raw: `Subject: x\r\n\r\n${'x'.repeat(3000)}\r\n` });
    expect(outcome).toMatchObject({
      kind: 'refused',
      errorClass: 'bounce',
      reply: { code: 552, enhanced: '5.3.4', lines: ['Error: message file too big'] },
    });
    expect(lines.at(-1)).toBe(`warning: ${QUEUE_ID}: queue file size limit exceeded`);
  });
});

describe('envelope', () => {
  const mail = [
    'myhostname = mail.example.test',
    'mydomain = example.test',
    'myorigin = $mydomain',
    'mydestination = $mydomain, $myhostname, localhost',
  ];

  it('completes addresses and keeps what was given', async () => {
    const message = queued(
      await kitchen().prepare({ sender: 'bob', recipients: [{ ...to('alice'), orcpt: '' }] }),
    );
    expect(message.sender).toBe('bob@localhost');
    expect(message.recipients).toEqual([
      { address: 'alice@localhost', originalAddress: 'alice', notify: [], orcpt: 'rfc822;alice@localhost' },
    ]);
  });

  it('turns MAILER-DAEMON of this host into the null sender', async () => {
    expect(queued(await kitchen().prepare({ sender: 'Mailer-Daemon' })).sender).toBe('');
  });

  it('removes duplicates by address, without regard to case', async () => {
    const recipients = [to('alice@localhost'), to('ALICE@localhost'), to('alice@localhost.localdomain')];
    const message = queued(await kitchen().prepare({ recipients }));
    expect(message.recipients.map((r) => r.address)).toEqual([
      'alice@localhost',
      'alice@localhost.localdomain',
    ]);
  });

  it('expands virtual aliases, and what they expand to', async () => {
    const { prepare } = kitchen([
      ...mail,
      'virtual_alias_maps = inline:{ {e1@t.test = e2@t.test}, {e2@t.test = alice, bob@x.test}, {self@t.test = self@t.test, alice} }',
    ]);
    const message = queued(await prepare({ recipients: [to('e1@t.test'), to('self@t.test')] }));
    expect(message.recipients.map((r) => [r.address, r.originalAddress])).toEqual([
      ['alice@example.test', 'e1@t.test'],
      ['bob@x.test', 'e1@t.test'],
      ['self@t.test', 'self@t.test'],
      ['alice@example.test', 'self@t.test'],
    ]);
    expect(message.journey.map((entry) => entry.what)).toContain('alias e1@t.test -> e2@t.test');
    expect(message.journey.find((entry) => entry.what.startsWith('alias e1'))?.source).toMatchObject({
      kind: 'table',
      key: 'e1@t.test',
    });
  });

  it('propagates extensions that did not match', async () => {
    const { prepare } = kitchen([
      ...mail,
      'recipient_delimiter = +',
      'virtual_alias_maps = inline:{ {p@a.test = alice}, {q@a.test = alice+fixed, bob}, {@c.test = @example.test} }',
    ]);
    const recipients = [to('p+ext@a.test'), to('q+ext@a.test'), to('carol+zz@c.test')];
    expect(queued(await prepare({ recipients })).recipients.map((r) => r.address)).toEqual([
      'alice+ext@example.test',
      'alice+fixed+ext@example.test',
      'bob+ext@example.test',
      'carol+zz@example.test',
    ]);
  });

  it.each([
    ['virtual_alias_recursion_limit = 3', 'a@t.test', 'map nesting for a@t.test'],
    ['virtual_alias_expansion_limit = 2', 'many@t.test', 'map expansion size for many@t.test'],
  ])('refuses for now when an alias has no end (%s)', async (limit, address, about) => {
    const { prepare, lines } = kitchen([
      ...mail,
      limit,
      'virtual_alias_maps = inline:{ {a@t.test = b@t.test}, {b@t.test = a@t.test}, {many@t.test = alice, bob, carol} }',
    ]);
    expect(await prepare({ recipients: [to(address)] })).toMatchObject({
      kind: 'refused',
      failure: 'soft',
      reply: { code: 451, enhanced: '4.6.0', lines: ['Alias expansion error'] },
    });
    expect(lines).toEqual([
      `warning: ${QUEUE_ID}: unreasonable virtual_alias_maps ${about} -- message not accepted, try again later`,
    ]);
  });

  it('refuses for now when a table does not answer', async () => {
    const { prepare, lines } = kitchen([...mail, 'sender_canonical_maps = fail:x']);
    expect(await prepare({ sender: 'any@t.test' })).toMatchObject({
      kind: 'refused',
      failure: 'soft',
      errorClass: 'resource',
      reply: { code: 451, enhanced: '4.3.0', lines: ['Error: queue file write error'] },
    });
    expect(lines.at(-1)).toBe(
      `warning: ${QUEUE_ID}: sender_canonical_maps map lookup problem for any@t.test -- message not accepted, try again later`,
    );
  });

  it('reports an alias as expanded for NOTIFY=SUCCESS, and its members as nothing', async () => {
    const { prepare } = kitchen([...mail, 'virtual_alias_maps = inline:{ {list@t.test = alice, bob} }']);
    const outcome = await prepare({ recipients: [{ ...to('list@t.test'), notify: ['SUCCESS'] }] });
    expect(outcome).toMatchObject({
      expanded: [
        {
          action: 'expanded',
          reason: 'alias expanded',
          address: 'list@t.test',
          notify: ['SUCCESS'],
          orcpt: 'rfc822;list@t.test',
        },
      ],
    });
    expect(queued(outcome).recipients.map((r) => r.notify)).toEqual([['NEVER'], ['NEVER']]);
  });

  it('rewrites envelope and header with canonical_maps, not what X-Original-To says', async () => {
    const { prepare } = kitchen([
      ...mail,
      'canonical_maps = inline:{ {bob@example.test = Bob.Builder@example.test}, {al = alice}, {@old.test = @example.test} }',
    ]);
    const raw =
      'From: bob@example.test\r\nTo: al, alice@old.test\r\nReply-To: Bob <bob>\r\nX-To: al\r\n\r\nx\r\n';
    const message = queued(
      await prepare({ sender: 'bob@example.test', recipients: [to('al@example.test')], raw }),
    );
    expect(message.sender).toBe('Bob.Builder@example.test');
    expect(message.recipients[0]).toMatchObject({
      address: 'alice@example.test',
      originalAddress: 'al@example.test',
    });
    expect(headersOf(message).slice(0, 4)).toEqual([
      'From: Bob.Builder@example.test',
      'To: alice@example.test, alice@example.test',
      'Reply-To: Bob <Bob.Builder@example.test>',
      'X-To: al',
    ]);
  });

  it('obeys the classes of sender_ and recipient_canonical_maps', async () => {
    const { prepare } = kitchen([
      ...mail,
      'sender_canonical_maps = inline:{ {bob@example.test = srs@example.test} }',
      'sender_canonical_classes = envelope_sender',
      'recipient_canonical_maps = inline:{ {srs@example.test = alice@example.test} }',
      'recipient_canonical_classes = envelope_recipient, header_recipient',
    ]);
    const raw = 'From: bob@example.test\r\nTo: srs@example.test\r\nSender: srs@example.test\r\n\r\nx\r\n';
    const message = queued(
      await prepare({ sender: 'bob@example.test', recipients: [to('srs@example.test')], raw }),
    );
    expect([message.sender, message.recipients[0]?.address]).toEqual([
      'srs@example.test',
      'alice@example.test',
    ]);
    expect(headersOf(message).slice(0, 3)).toEqual([
      'From: bob@example.test',
      'To: alice@example.test',
      'Sender: srs@example.test',
    ]);
  });

  it('masquerades senders and headers but not recipients', async () => {
    const { prepare } = kitchen([
      ...mail,
      'masquerade_domains = !keep.example.test, example.test',
      'masquerade_exceptions = root',
    ]);
    const raw =
      'From: bob@host.example.test\r\nCc: root@host.example.test, x@a.keep.example.test, y@other.test\r\n\r\nx\r\n';
    const message = queued(
      await prepare({ sender: 'bob@host.example.test', recipients: [to('alice@mail.example.test')], raw }),
    );
    expect([message.sender, message.recipients[0]?.address]).toEqual([
      'bob@example.test',
      'alice@mail.example.test',
    ]);
    expect(headersOf(message).slice(0, 2)).toEqual([
      'From: bob@example.test',
      'Cc: root@host.example.test, x@a.keep.example.test, y@other.test',
    ]);
  });

  it('adds copies: bcc maps at once, always_bcc last; none for internal mail', async () => {
    const settings = [
      ...mail,
      'always_bcc = root@example.test',
      'sender_bcc_maps = inline:{ {bob@example.test = carol@example.test} }',
      'recipient_bcc_maps = inline:{ {alice@example.test = dave@example.test} }',
    ];
    const input = { sender: 'bob@example.test', recipients: [to('alice@example.test')] };
    const message = queued(await kitchen(settings).prepare(input));
    expect(message.recipients.map((r) => [r.address, r.originalAddress, r.notify.join()])).toEqual([
      ['carol@example.test', 'carol@example.test', 'NEVER'],
      ['alice@example.test', 'alice@example.test', ''],
      ['dave@example.test', 'dave@example.test', 'NEVER'],
      ['root@example.test', 'root@example.test', 'NEVER'],
    ]);
    const internal = queued(await kitchen(settings).prepare({ ...input, skip: { bcc: true } }));
    expect(internal.recipients).toHaveLength(1);
  });

  it('skips all mapping for no_address_mappings', async () => {
    const { prepare } = kitchen([
      ...mail,
      'canonical_maps = static:x@y.test',
      'virtual_alias_maps = static:x@y.test',
    ]);
    const message = queued(await prepare({ skip: { addressMappings: true }, recipients: [to('a@b.test')] }));
    expect(message.recipients.map((r) => r.address)).toEqual(['a@b.test']);
  });

  it('obeys orders: hold, redirect, bcc, filter, prepend, discard', async () => {
    const { prepare } = kitchen();
    const message = queued(
      await prepare({
        recipients: [to('alice@localhost'), to('bob@localhost')],
        orders: { hold: 'look', redirect: 'carol@localhost', filter: 'f:x', prepend: ['X-Front: 1'] },
      }),
    );
    expect(message).toMatchObject({ hold: 'look', filter: 'f:x' });
    expect(message.recipients).toEqual([{ ...to('alice@localhost'), address: 'carol@localhost' }]);
    expect(Buffer.from(message.content.header).toString()).toMatch(/^X-Front: 1\nReceived: /);
    const copied = queued(await prepare({ orders: { bcc: ['carol@localhost'] } }));
    expect(copied.recipients.map((r) => r.address)).toEqual(['carol@localhost', 'alice@localhost']);
    expect(await prepare({ orders: { discard: 'bin' } })).toMatchObject({ kind: 'discarded', reason: 'bin' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headersOf, kitchen, queued, QUEUE_ID, to } from './testing/kitchen.ts';

const mail = [
  'myhostname = mail.example.test',
  'mydomain = example.test',
  'myorigin = $mydomain',
  'mydestination = $mydomain, $myhostname, localhost',
];

describe('envelope', () => {
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
});

describe('virtual aliases', () => {
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
});

describe('virtual aliases that cannot be expanded', () => {
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
});

describe('canonical and masqueraded addresses', () => {
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
});

describe('masquerading', () => {
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
});

describe('copies and orders', () => {
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
});

describe('orders', () => {
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
        recipients: [to('bob@localhost'), to('alice@localhost'), to('al@z.test')],
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

describe('random graphs of virtual aliases', () => {
  it('end: with recipients that no alias leads on from, or refused for now', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const graph = fc.dictionary(name, fc.array(name, { minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(graph, name, async (aliases, start) => {
        const entries = Object.entries(aliases).map(
          ([from, members]) => `{${from}@t.test = ${members.map((member) => `${member}@t.test`).join(', ')}}`,
        );
        const { prepare } = kitchen([
          ...mail,
          'virtual_alias_recursion_limit = 8',
          'virtual_alias_expansion_limit = 20',
          ...(entries.length > 0 ? [`virtual_alias_maps = inline:{ ${entries.join(', ')} }`] : []),
        ]);
        const outcome = await prepare({ recipients: [to(`${start}@t.test`)] });
        if (outcome.kind === 'refused') {
          expect(outcome.reply).toMatchObject({ code: 451, enhanced: '4.6.0' });
          return;
        }
        for (const { address } of queued(outcome).recipients) {
          const user = address.replace('@t.test', '');
          expect(aliases[user] ?? [user]).toContain(user);
        }
      }),
      { numRuns: 100 },
    );
  });
});

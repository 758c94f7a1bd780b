import { describe, expect, it } from 'vitest';
import { DATE, delivered, headersOf, kitchen, queued, QUEUE_ID } from './testing/kitchen.ts';

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
});

describe('missing headers, in particular', () => {
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

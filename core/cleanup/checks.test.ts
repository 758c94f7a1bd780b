import { describe, expect, it } from 'vitest';
import { headersOf, kitchen, queued, QUEUE_ID } from './testing/kitchen.ts';

const ABOUT =
  'from localhost[127.0.0.1]; from=<bob@localhost> to=<alice@localhost> proto=ESMTP helo=<client.test>';

describe('header_checks that let the message pass', () => {
  const table = [
    '/^X-Ign:/ IGNORE',
    '/^X-Strip:/ STRIP text for the log',
    '/^X-Replace: (.*)/ REPLACE X-Replaced: was $1',
    '/^X-Prepend:/ PREPEND X-New: prepended',
    '/^X-Warn:/ WARN watch this',
    '/^X-Info:/ INFO note this',
    '/^X-Dunno:/ DUNNO',
    '/^X-Bcc:/ BCC carol@localhost',
    '/^X-Bad:/ NONSENSE text',
    '/^X-RepBad:/ REPLACE no colon here',
  ].join('\n');

  it('change, copy and log as Postfix does', async () => {
    const { prepare, lines } = kitchen(['header_checks = regexp:DIR/h'], { h: `${table}\n` });
    const names = ['Ign', 'Strip', 'Prepend', 'Warn', 'Info', 'Dunno', 'Bcc', 'Bad', 'RepBad'];
    const raw = `X-Replace: old value\r\n${names.map((name) => `X-${name}: 1\r\n`).join('')}\r\nHello.\r\n`;
    const message = queued(await prepare({ raw }));
    expect(headersOf(message).slice(0, 9)).toEqual([
      'X-Replaced: was old value',
      'X-New: prepended',
      'X-Prepend: 1',
      'X-Warn: 1',
      'X-Info: 1',
      'X-Dunno: 1',
      'X-Bcc: 1',
      'X-Bad: 1',
      'X-RepBad: 1',
    ]);
    expect(message.recipients.map((r) => r.address)).toEqual(['alice@localhost', 'carol@localhost']);
    expect(lines.filter((line) => !line.includes('message-id='))).toEqual([
      `${QUEUE_ID}: replace: header X-Replace: old value ${ABOUT}: X-Replaced: was old value`,
      `${QUEUE_ID}: strip: header X-Strip: 1 ${ABOUT}: text for the log`,
      `${QUEUE_ID}: prepend: header X-Prepend: 1 ${ABOUT}: X-New: prepended`,
      `${QUEUE_ID}: warning: header X-Warn: 1 ${ABOUT}: watch this`,
      `${QUEUE_ID}: info: header X-Info: 1 ${ABOUT}: note this`,
      `${QUEUE_ID}: bcc: header X-Bcc: 1 ${ABOUT}: carol@localhost`,
      'warning: unknown command in header_checks map: NONSENSE text',
      'warning: bad REPLACE header text "no colon here" in header_checks map -- need "headername: headervalue"',
    ]);
    expect(
      message.journey.find((entry) => entry.what === 'header check REPLACE X-Replaced: was old value'),
    ).toMatchObject({
      verdict: 'info',
      source: { kind: 'table', key: 'X-Replace: old value', line: 3 },
    });
  });

  it('see the Received header, folding and all, and addresses as they came', async () => {
    const table =
      '/^Received:/ PREPEND X-Rcvd-Seen: yes\n/^From: bob$/ PREPEND X-Seen: unrewritten\n/^Date:/ REJECT\n';
    const { prepare, lines } = kitchen(['header_checks = regexp:DIR/h'], { h: table });
    const message = queued(await prepare({ raw: 'From: bob\r\n\r\nx\r\n' }));
    expect(Buffer.from(message.content.header).toString()).toMatch(/^X-Rcvd-Seen: yes\nReceived: /);
    expect(headersOf(message)).toContain('From: bob@localhost');
    expect(lines[0]).toContain(
      'prepend: header Received: from client.test (localhost [127.0.0.1])??by localhost',
    );
  });
});

const table = [
  '/^Subject: rej$/ REJECT',
  '/^Subject: rejt$/ REJECT not that',
  '/^Subject: rejd$/ REJECT 5.7.9 own dsn',
  '/^Subject: rej4$/ REJECT 4.7.9 soft dsn',
  '/^Subject: disc$/ DISCARD bin',
  '/^Subject: hold$/ HOLD look at it',
  '/^Subject: redir$/ REDIRECT carol@localhost',
  '/^Subject: filt$/ FILTER discard:x',
  '/^Subject: code$/ 550 5.7.8 code not allowed here',
].join('\n');
const checked = () => kitchen(['header_checks = regexp:DIR/h'], { h: `${table}\n` });
const raw = (subject: string) => `Subject: ${subject}\r\n\r\nHello.\r\n`;

describe('header_checks that decide', () => {
  it.each([
    ['rej', 550, '5.7.1', 'message content rejected', 'hard'],
    ['rejt', 550, '5.7.1', 'not that', 'hard'],
    ['rejd', 550, '5.7.9', 'own dsn', 'hard'],
    ['rej4', 451, '4.7.9', 'soft dsn', 'soft'],
  ])('REJECT %s', async (...expected) => {
    const [subject, code, enhanced, text, failure] = expected;
    const { prepare, lines } = checked();
    expect(await prepare({ raw: raw(subject) })).toMatchObject({
      kind: 'refused',
      failure,
      errorClass: 'policy',
      reply: { code, enhanced, lines: [text] },
    });
    expect(lines).toEqual([`${QUEUE_ID}: reject: header Subject: ${subject} ${ABOUT}: ${enhanced} ${text}`]);
  });

  it('DISCARD, HOLD, REDIRECT, FILTER', async () => {
    const { prepare, lines } = checked();
    expect(await prepare({ raw: raw('disc') })).toMatchObject({ kind: 'discarded', reason: 'bin' });
    expect(queued(await prepare({ raw: raw('hold') })).hold).toBe('look at it');
    expect(queued(await prepare({ raw: raw('redir') })).recipients).toMatchObject([
      { address: 'carol@localhost', originalAddress: 'alice@localhost' },
    ]);
    expect(queued(await prepare({ raw: raw('filt') })).filter).toBe('discard:x');
    expect(queued(await prepare({ raw: raw('code') })).hold).toBeNull();
    expect(lines.filter((line) => !line.includes('message-id='))).toEqual([
      `${QUEUE_ID}: discard: header Subject: disc ${ABOUT}: bin`,
      `${QUEUE_ID}: hold: header Subject: hold ${ABOUT}: look at it`,
      `${QUEUE_ID}: redirect: header Subject: redir ${ABOUT}: carol@localhost`,
      `${QUEUE_ID}: filter: header Subject: filt ${ABOUT}: discard:x`,
      'warning: unknown command in header_checks map: 550 5.7.8 code not allowed here',
    ]);
  });
});

describe('header_checks and local mail, internal mail, failing tables', () => {
  it('a refusal of local mail carries what its bounce returns', async () => {
    const { prepare, lines } = checked();
    const outcome = await prepare({
      origin: 'sendmail',
      client: null,
      recipients: [{ address: 'bob', originalAddress: 'bob', notify: [], orcpt: '' }],
      head: `Received: by localhost (Postfix, from userid 1000)\n\tid ${QUEUE_ID}; x\n`,
      raw: 'Subject: rejt\n\nx\n',
    });
    expect(outcome).toMatchObject({
      kind: 'refused',
      failure: 'hard',
      dsn: '5.7.1',
      reason: 'not that',
      message: {
        ret: 'HDRS',
        recipients: [{ address: 'bob@localhost', originalAddress: 'bob', orcpt: 'rfc822;bob@localhost' }],
      },
    });
    expect(lines[0]).toBe(
      `${QUEUE_ID}: reject: header Subject: rejt from local; from=<bob@localhost> to=<bob@localhost>: 5.7.1 not that`,
    );
  });

  it('does not check internal mail', async () => {
    expect((await checked().prepare({ raw: raw('rej'), skip: { checks: true } })).kind).toBe('queued');
  });

  it('refuses for now when a table does not answer', async () => {
    const { prepare, lines } = kitchen(['header_checks = regexp:DIR/missing']);
    expect(await prepare({})).toMatchObject({
      kind: 'refused',
      failure: 'soft',
      reply: { code: 451, enhanced: '4.3.0', lines: ['Error: queue file write error'] },
    });
    expect(lines.at(-1)).toBe(
      `warning: ${QUEUE_ID}: header_checks map lookup problem -- message not accepted, try again later`,
    );
  });
});

import libmime from 'libmime';
import { describe, expect, it } from 'vitest';
import { composeMessage, type Composition } from './message.ts';
import { readAddresses } from './problems.ts';
import { withResentHeaders } from './resent.ts';

const given = (change: Partial<Composition> = {}): Composition => ({
  from: { name: 'Büro, Süd', address: 'buero@localhost' },
  to: [{ name: '', address: 'root' }],
  cc: [],
  subject: 'Grüße\r\nBcc: x@y',
  text: 'Hello',
  html: '',
  inReplyTo: '',
  references: '',
  files: [],
  messageId: '<1@here.test>',
  at: Date.UTC(2026, 10, 2, 21, 5, 11),
  lineEnd: '\n',
  ...change,
});

/** A header's value, unfolded and read. */
function decoded(raw: string, name: string): string {
  const value = new RegExp(`^${name}: ((?:.*)(?:\\n[ \\t].*)*)`, 'm').exec(raw)?.[1] ?? '';
  return libmime.decodeWords(value.replace(/\n/g, ''));
}

describe('composeMessage', () => {
  it('writes headers in ASCII, local names as they are, and nothing that a subject smuggles', async () => {
    const raw = (await composeMessage(given())).toString('latin1');
    expect(raw).toContain('\nTo: root\n');
    expect(raw).toContain('Message-ID: <1@here.test>');
    expect(raw).toContain('Date: Mon, 02 Nov 2026 21:05:11 +0000');
    expect(raw).not.toMatch(/^Bcc:/m);
    expect(raw).not.toMatch(/[\x80-\xff\r]/);
    expect(decoded(raw, 'From')).toBe('Büro, Süd <buero@localhost>');
    expect(decoded(raw, 'Subject')).toBe('Grüße Bcc: x@y');
    expect(raw.endsWith('\n\nHello\n')).toBe(true);
  });

  it('keeps every byte of what is attached, and messages unencoded', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    const inner = Buffer.from('Subject: inner\n\nbody\n');
    const raw = await composeMessage(
      given({
        lineEnd: '\r\n',
        html: '<p>Hello</p>',
        files: [
          { name: '../ä.bin', type: '', contentId: '', bytes },
          { name: 'm.eml', type: 'message/rfc822', contentId: '', bytes: inner },
        ],
      }),
    );
    expect(raw.toString('latin1').replaceAll('\r\n', '')).not.toContain('\n');
    expect(raw.toString()).toContain('\r\nSubject: inner\r\n\r\nbody\r\n');
    expect(raw.toString()).toContain('<p>Hello</p>');
    expect(raw.toString()).toContain("filename*0*=utf-8''%C3%A4.bin");
    const lines = Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,76}/g);
    expect(raw.toString()).toContain(lines?.join('\r\n'));
  });

  it('puts what the HTML shows beside the HTML, inside of the alternative, and loads nothing', async () => {
    const html = '<img src="cid:logo@shop.test"><img src="http://127.0.0.1:1/far.png">';
    const files = [
      { name: 'logo.png', type: 'image/png', contentId: 'logo@shop.test', bytes: Buffer.from('png') },
      { name: 'bill.txt', type: 'text/plain', contentId: '', bytes: Buffer.from('twenty') },
    ];
    const raw = (await composeMessage(given({ html, files }))).toString();
    expect([...raw.matchAll(/^Content-(?:Type|ID|Disposition): [^;\n]*/gim)].map(([line]) => line)).toEqual([
      'Content-Type: multipart/mixed',
      'Content-Type: multipart/alternative',
      'Content-Type: text/plain',
      'Content-Type: multipart/related',
      'Content-Type: text/html',
      'Content-Type: image/png',
      'Content-ID: <logo@shop.test>',
      'Content-Disposition: inline',
      'Content-Type: text/plain',
      'Content-Disposition: attachment',
    ]);
    expect(raw).toContain('http://127.0.0.1:1/far.png');
  });

  it('attaches what no HTML is there to show', async () => {
    const files = [{ name: 'a.png', type: 'image/png', contentId: 'a@b', bytes: Buffer.from('png') }];
    const raw = (await composeMessage(given({ files }))).toString();
    expect(raw).toContain('multipart/mixed');
    expect(raw).toContain('filename=a.png');
  });

  it('names the message that is answered, and asks no name server for a domain beyond ASCII', async () => {
    const raw = await composeMessage(
      given({
        to: [{ name: 'Jo', address: 'jo@bücher.test' }],
        inReplyTo: '<a@b>',
        references: '<z@b> <a@b>',
      }),
    );
    expect(raw.toString()).toContain('To: Jo <jo@xn--bcher-kva.test>');
    expect(raw.toString()).toContain('In-Reply-To: <a@b>');
    expect(raw.toString()).toContain('References: <z@b> <a@b>');
  });
});

describe('readAddresses', () => {
  it('tells everything that is wrong at once', () => {
    const read = readAddresses({ from: 'a, b', to: 'two words', cc: '', bcc: '<' }, 'you');
    expect(read).toEqual({
      kind: 'problems',
      problems: [
        'To: “two words” is not an address.',
        'Bcc: “<” is not an address.',
        'From: only one sender.',
      ],
    });
    expect(readAddresses({ from: '', to: '', cc: '', bcc: '' }, 'you')).toMatchObject({
      problems: ['There is no recipient: fill in To, Cc or Bcc.'],
    });
  });

  it('lets whoever is logged in write where there is no sender', () => {
    expect(readAddresses({ from: ' ', to: '', cc: '', bcc: 'root' }, 'you')).toMatchObject({
      from: { address: 'you' },
      bcc: [{ address: 'root' }],
    });
  });
});

describe('withResentHeaders', () => {
  it.each(['\n', '\r\n'])('stands in front of the message, with its line ends', (end) => {
    const raw = Buffer.from(`Subject: x${end}${end}\xff${end}`, 'latin1');
    const resent = { from: '', to: ['a@b', 'c@d'], at: 0, messageId: '<1@x>' };
    const marked = withResentHeaders(raw, resent);
    expect(marked.subarray(-raw.length).equals(raw)).toBe(true);
    const block = marked.toString('latin1', 0, marked.length - raw.length).split(end);
    expect(block[0]).toBe('Resent-From: MAILER-DAEMON');
    expect(block.slice(1, 3)).toEqual(['Resent-To: a@b,', '\tc@d']);
    expect(block.slice(-2)).toEqual(['Resent-Message-Id: <1@x>', '']);
  });
});

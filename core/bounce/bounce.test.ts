import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../config/config.ts';
import type { Outcome } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import type { BouncedMessage, Notice, OriginalContent } from './bounce.ts';
import { createBounce } from './bounce.ts';
import { wrapLine } from './line-wrap.ts';

process.env.TZ = 'UTC';
const NOW = Date.UTC(2026, 10, 22, 21, 0, 0);
const clock: Clock = { now: () => NOW, schedule: () => () => undefined };
const golden = (name: string): string => readFileSync(new URL(`golden/${name}.ref`, import.meta.url), 'utf8');

const DEFAULTS: Readonly<Record<string, string>> = {
  '2bounce_notice_recipient': 'postmaster',
  bounce_notice_recipient: 'postmaster',
  bounce_size_limit: '50000',
  bounce_template_file: '',
  delay_notice_recipient: 'postmaster',
  delay_warning_time: '14400',
  double_bounce_sender: 'double-bounce',
  enable_threaded_bounces: 'no',
  error_notice_recipient: 'postmaster',
  header_from_format: 'standard',
  internal_mail_filter_classes: '',
  mail_name: 'Postfix',
  maximal_queue_lifetime: '432000',
  myhostname: 'localhost',
  notify_classes: 'resource, software',
  smtputf8_enable: 'yes',
  syslog_name: 'postfix',
};

function fakeConfig(settings: Readonly<Record<string, string>> = {}): Config {
  const get = (name: string): string => settings[name] ?? DEFAULTS[name] ?? '';
  const config: Config = {
    directory: '/nowhere',
    services: [],
    problems: [],
    get,
    boolean: (name) => get(name) === 'yes',
    integer: (name) => Number(get(name)),
    seconds: (name) => Number(get(name)),
    list: (name) =>
      get(name)
        .split(/[\s,]+/)
        .filter((word) => word !== ''),
    setting: () => undefined,
    names: () => [],
    has: (name) => name in settings || name in DEFAULTS,
    forService: () => config,
  };
  return config;
}

function bounceWith(settings: Readonly<Record<string, string>> = {}) {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(text);
  const log: LogFactory = () => ({ info: say, warning: say, error: say, fatal: say });
  return { bounce: createBounce({ config: fakeConfig(settings), log, clock }), lines };
}

const message = (changes: Partial<BouncedMessage> = {}): BouncedMessage => ({
  queueId: '4F2A1000C1' as QueueId,
  arrivedAt: NOW,
  sender: 'alice@localhost',
  ret: '',
  envid: '',
  smtputf8: false,
  encoding: '7bit',
  size: 500,
  recipients: [],
  ...changes,
});

const recipient = (
  address: string,
  originalAddress: string,
  orcpt: string,
  notify: 'SUCCESS' | 'NEVER' | '' = '',
) => ({
  address,
  originalAddress,
  orcpt: orcpt === '' ? '' : `rfc822;${orcpt}`,
  notify: notify === '' ? [] : ([notify] as const),
});

const outcome = (i: number, changes: Partial<Outcome>): Outcome => ({
  recipientIndex: i,
  address: '',
  originalAddress: '',
  status: 'bounced',
  dsn: '5.1.1',
  reason: '',
  relay: 'none',
  action: 'failed',
  startedAt: NOW,
  finishedAt: NOW,
  ...changes,
});

function content(header: string, body = ''): OriginalContent {
  return {
    readHeader: () => Promise.resolve(Buffer.from(header)),
    read: () => Promise.resolve(Buffer.from(`${header}\n${body}`)),
  };
}

const RECEIVED = (host: string) =>
  `Received: by ${host} (Postfix, from userid 1000)\n\tid 4F2A1000C1; Sun, 22 Nov 2026 21:00:00 +0000 (UTC)\n`;
const ID = (host: string) =>
  `Message-Id: <20261122210000.4F2A1000C1@${host}>\nDate: Sun, 22 Nov 2026 21:00:00 +0000 (UTC)\n`;
const text = (notice: Notice | undefined): string => Buffer.from(notice?.submission.raw ?? []).toString();

describe('failure notices', () => {
  const host = 'mail.example.test';
  const example = { myhostname: host };

  it('reports several recipients as Postfix does, byte for byte', async () => {
    const { bounce } = bounceWith(example);
    const failed = [
      ['nosuchuser@example.test', 'list', '5.1.1', 'unknown user: "nosuchuser"'],
      ['nosuchuser@example.test', 'nosuchuser', '5.1.1', 'unknown user: "nosuchuser"'],
      ['x@err.test', 'x@err.test', '5.7.9', 'go away'],
      ['x@outside.example', 'x@outside.example', '5.0.0', 'outside mail is not deliverable'],
    ] as const;
    const notices = await bounce.failure(
      message({
        sender: 'carol@example.test',
        recipients: failed.map(([address, original]) =>
          recipient(address, original, original.includes('@') ? original : `${original}@example.test`),
        ),
      }),
      failed.map(([address, originalAddress, dsn, reason], i) =>
        outcome(i, { address, originalAddress, dsn, reason }),
      ),
      content(
        `${RECEIVED(host)}Subject: three fail\nFrom: Carol <carol@example.test>\nTo: several:;\nX-Custom: yes\n${ID(host)}`,
        'line one\n\nline three\n',
      ),
    );
    expect(notices).toHaveLength(1);
    expect(text(notices[0])).toBe(golden('failure'));
    expect(notices[0]?.submission).toMatchObject({
      sender: '',
      recipients: [{ address: 'carol@example.test', originalAddress: 'carol@example.test' }],
      origin: 'bounce',
      skip: { checks: true, bcc: true },
    });
    expect(notices[0]?.logText('AB' as QueueId)).toBe('4F2A1000C1: sender non-delivery notification: AB');
  });

  it('folds long texts near column 79', async () => {
    const { bounce } = bounceWith(example);
    const address = `${'l'.repeat(60)}@err.test`;
    const [notice] = await bounce.failure(
      message({ sender: 'carol@example.test', recipients: [recipient(address, address, address)] }),
      [outcome(0, { address, originalAddress: address, dsn: '5.7.9', reason: `${'word '.repeat(40)}end` })],
      content(`${RECEIVED(host)}Subject: test\n${ID(host)}From: carol@example.test\n`, 'Hello.\n'),
    );
    expect(text(notice)).toBe(golden('long-lines'));
  });

  it('reports nothing for NOTIFY=NEVER, but the postmaster is told', async () => {
    const { bounce } = bounceWith({ notify_classes: 'bounce' });
    const notices = await bounce.failure(
      message({ recipients: [recipient('x@localhost', 'x@localhost', '', 'NEVER')] }),
      [outcome(0, { address: 'x@localhost', originalAddress: 'x@localhost' })],
      content('Subject: x\n'),
    );
    expect(notices.map((notice) => notice.submission.recipients[0]?.address)).toEqual(['postmaster']);
  });

  it.each([
    ['RET=HDRS', { ret: 'HDRS' } as const],
    ['a message over bounce_size_limit, RET=FULL notwithstanding', { ret: 'FULL', size: 60_000 } as const],
  ])('returns only the header for %s', async (_, changes) => {
    const { bounce } = bounceWith();
    const [notice] = await bounce.failure(
      message({ ...changes, recipients: [recipient('x@localhost', 'x@localhost', '')] }),
      [outcome(0, { address: 'x@localhost', originalAddress: 'x@localhost' })],
      content('Subject: x\n', 'the body\n'),
    );
    expect(text(notice)).toContain('Content-Type: text/rfc822-headers\n');
    expect(text(notice)).toContain('Content-Description: Undelivered Message Headers\n');
    expect(text(notice)).not.toContain('the body');
  });

  it('uses the global types of RFC 6533 for an SMTPUTF8 message', async () => {
    const { bounce } = bounceWith();
    const [notice] = await bounce.failure(
      message({
        smtputf8: true,
        sender: 'bjørn@localhost',
        recipients: [recipient('ø@x.test', 'ø@x.test', '')],
      }),
      [outcome(0, { address: 'ø@x.test', originalAddress: 'ø@x.test' })],
      content('Subject: x\n', 'b\n'),
    );
    expect(text(notice)).toContain(
      'Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: 8bit\n',
    );
    expect(text(notice)).toContain('Final-Recipient: utf-8; ø@x.test\n');
    expect(text(notice)).toContain('Content-Type: message/global\n');
    expect(notice?.submission.smtputf8).toBe(true);
  });

  it('names the diagnostic type and the remote server an agent tells', async () => {
    const { bounce } = bounceWith();
    const [notice] = await bounce.failure(
      message({ recipients: [recipient('x@localhost', 'x@localhost', '')] }),
      [
        outcome(0, {
          address: 'x@localhost',
          originalAddress: 'x@localhost',
          remoteMta: 'dns; mx.test',
          diagnostic: { type: 'x-unix', text: 'input/output error' },
        }),
      ],
      content('Subject: x\n', 'b\n'),
    );
    expect(text(notice)).toContain('Remote-MTA: dns; mx.test\nDiagnostic-Code: x-unix; input/output error\n');
  });
});

describe('bounces of bounces', () => {
  const failedSender = {
    message: message({
      sender: '',
      recipients: [recipient('nosuchsender@localhost', 'nosuchsender@localhost', 'nosuchsender@localhost')],
    }),
    outcomes: [
      outcome(0, {
        address: 'nosuchsender@localhost',
        originalAddress: 'nosuchsender@localhost',
        reason: 'unknown user: "nosuchsender"',
      }),
    ],
  };

  it('tells nobody by default', async () => {
    const { bounce } = bounceWith();
    expect(await bounce.failure(failedSender.message, failedSender.outcomes, content(''))).toEqual([]);
  });

  it('goes whole to the postmaster with notify class 2bounce', async () => {
    const { bounce } = bounceWith({ notify_classes: '2bounce' });
    const reference = golden('double-bounce');
    const start = reference.indexOf('Received: by localhost (Postfix)\n');
    const original = reference.slice(start, reference.lastIndexOf('\n--4F2A'));
    const blank = original.indexOf('\n\n');
    const [header, body] = [original.slice(0, blank + 1), original.slice(blank + 2)];
    const [notice] = await bounce.failure(failedSender.message, failedSender.outcomes, content(header, body));
    expect(text(notice)).toBe(reference);
    expect(notice?.submission.sender).toBe('double-bounce@localhost');
    expect(notice?.logText('AB' as QueueId)).toBe('4F2A1000C1: postmaster non-delivery notification: AB');
  });

  it('sends the postmaster a copy of an ordinary bounce with headers only', async () => {
    const { bounce } = bounceWith({ notify_classes: 'bounce' });
    const notices = await bounce.failure(
      message({
        sender: 'nosuchsender@localhost',
        recipients: [recipient('nosuchuser@localhost', 'nosuchuser', 'nosuchuser@localhost')],
      }),
      [
        outcome(0, {
          address: 'nosuchuser@localhost',
          originalAddress: 'nosuchuser',
          reason: 'unknown user: "nosuchuser"',
        }),
      ],
      content(`${RECEIVED('localhost')}Subject: n\n${ID('localhost')}From: nosuchsender@localhost\n`, 'x\n'),
    );
    expect(notices).toHaveLength(2);
    expect(text(notices[1])).toBe(golden('postmaster-copy'));
  });

  it('drops a failed double bounce with a warning', async () => {
    const { bounce, lines } = bounceWith({ notify_classes: 'bounce, 2bounce' });
    const notices = await bounce.failure(
      { ...failedSender.message, sender: 'double-bounce@localhost' },
      failedSender.outcomes,
      content(''),
    );
    expect(notices).toEqual([]);
    expect(lines).toEqual(['4F2A1000C1: undeliverable postmaster notification discarded']);
  });
});

describe('other reports', () => {
  it('reports success to those who asked', async () => {
    const { bounce } = bounceWith();
    const [notice] = await bounce.success(
      message({
        envid: 'envid+1',
        recipients: [
          recipient('bob@localhost', 'bob', 'bob@localhost', 'SUCCESS'),
          recipient('carol@localhost', 'carol', 'carol@localhost'),
        ],
      }),
      ['bob', 'carol'].map((name, i) =>
        outcome(i, {
          address: `${name}@localhost`,
          originalAddress: name,
          status: 'sent',
          dsn: '2.0.0',
          relay: 'local',
          action: 'delivered',
          reason: 'delivered to mailbox',
        }),
      ),
      content(`${RECEIVED('localhost')}Subject: test\n${ID('localhost')}From: alice@localhost\n`, 'Hello.\n'),
    );
    expect(text(notice)).toBe(golden('success'));
    expect(notice?.logText('AB' as QueueId)).toBe('4F2A1000C1: sender delivery status notification: AB');
  });

  it('reports what would happen (sendmail -bv)', async () => {
    const { bounce } = bounceWith();
    const rows = [
      ['bob@localhost', 'bob', 'deliverable', '2.0.0', 'local', 'delivers to mailbox'],
      ['nosuchuser@localhost', 'nosuchuser', 'undeliverable', '5.1.1', 'local', 'unknown user: "nosuchuser"'],
      [
        'x@outside.example',
        'x@outside.example',
        'undeliverable',
        '5.0.0',
        'none',
        'outside mail is not deliverable',
      ],
    ] as const;
    const [notice] = await bounce.verify(
      message({ recipients: rows.map(([address, original]) => recipient(address, original, address)) }),
      rows.map(([address, originalAddress, action, dsn, relay, reason], i) =>
        outcome(i, { address, originalAddress, action, status: action, dsn, relay, reason }),
      ),
      content(
        `${RECEIVED('localhost')}From: alice@localhost\nSubject: probe\nTo: bob@localhost, nosuchuser@localhost, x@outside.example\n${ID('localhost')}`,
      ),
    );
    expect(text(notice)).toBe(golden('verify'));
  });

  it('warns about a delay with the time it gives up', async () => {
    const { bounce } = bounceWith();
    const [notice] = await bounce.delay(
      message({ recipients: [recipient('x@localhost', 'x@localhost', '')] }),
      [
        outcome(0, {
          address: 'x@localhost',
          originalAddress: 'x@localhost',
          status: 'deferred',
          dsn: '4.3.0',
          action: 'delayed',
          reason: 'later',
        }),
      ],
      content('Subject: x\n', 'b\n'),
    );
    expect(text(notice)).toContain('Subject: Delayed Mail (still being retried)\n');
    expect(text(notice)).toContain(
      'for more than 4 hour(s).\nIt will be retried until it is 5 day(s) old.\n',
    );
    expect(text(notice)).toContain('Action: delayed\nStatus: 4.3.0\n');
    expect(text(notice)).toContain('Will-Retry-Until: Fri, 27 Nov 2026 21:00:00 +0000 (UTC)\n');
    expect(notice?.logText('AB' as QueueId)).toBe('4F2A1000C1: sender delay notification: AB');
  });

  it('sends the transcript of a session only for a class that was asked for', () => {
    const session = {
      program: 'SMTP server',
      peer: 'localhost[127.0.0.1]',
      errorClasses: ['policy'],
      lines: [
        'Out: 220 localhost ESMTP Postfix',
        'In:  RCPT TO:<nosuchuser@localhost>',
        'Out: 550 5.1.1 <nosuchuser@localhost>: Recipient address rejected: User unknown in local recipient table',
      ],
    } as const;
    expect(bounceWith().bounce.transcript(session)).toBeUndefined();
    expect(text(bounceWith({ notify_classes: 'policy' }).bounce.transcript(session))).toBe(
      [
        'From: Mail Delivery System <MAILER-DAEMON@localhost>',
        'To: Postmaster <postmaster>',
        'Subject: Postfix SMTP server: errors from localhost[127.0.0.1]',
        '',
        'Transcript of session follows.',
        '',
        ' Out: 220 localhost ESMTP Postfix',
        ' In:  RCPT TO:<nosuchuser@localhost>',
        ' Out: 550 5.1.1 <nosuchuser@localhost>: Recipient address rejected: User',
        '     unknown in local recipient table',
        '',
        '',
        'For other details, see the local mail logfile',
        '',
      ].join('\n'),
    );
  });
});

describe('templates', () => {
  const withTemplate = async (template: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'bounce-')), 'bounce.cf');
    writeFileSync(path, template);
    const { bounce, lines } = bounceWith({ bounce_template_file: path });
    const [notice] = await bounce.failure(
      message({ recipients: [recipient('x@localhost', 'x@localhost', '')] }),
      [outcome(0, { address: 'x@localhost', originalAddress: 'x@localhost', reason: 'gone' })],
      content('Subject: x\n', 'b\n'),
    );
    return { text: text(notice), lines: lines.map((line) => line.replaceAll(path, 'FILE')) };
  };

  it('takes headers, charset and text from bounce_template_file', async () => {
    const { text: bytes, lines } = await withTemplate(
      '# own words\nfailure_template = <<EOF\nCharset: iso-8859-1\nFrom: Robot <robot@localhost>\nSubject: Sorry\n\nHost ${myhostname}, $maximal_queue_lifetime_days d.\n\nBye\nEOF\n',
    );
    expect(lines).toEqual([]);
    expect(bytes).toMatch(/^From: Robot <robot@localhost>\nSubject: Sorry\n/);
    expect(bytes).toContain('Content-Type: text/plain; charset=iso-8859-1\n');
    expect(bytes).toContain('\n\nHost localhost, 5 d.\n\nBye\n\n<x@localhost>: gone\n');
  });

  it('ignores a template with an unknown header label and says so', async () => {
    const { text: bytes, lines } = await withTemplate('failure_template = <<EOF\nColour: red\n\nx\nEOF\n');
    expect(lines).toEqual([
      'FILE: unknown "Colour" header label in failure template -- ignoring this template',
    ]);
    expect(bytes).toContain('This is the mail system at host localhost.');
  });
});

describe('breaking lines', () => {
  it.each([
    ['aa bb cc', 5, ['aa bb', '    cc']],
    ['longerthanthat x', 5, ['longerthanthat', '    x']],
    ['aa  bb   cc', 5, ['aa', '    bb', '    cc']],
    ['', 5, ['']],
  ])('%j at %i', (line, width, expected) => {
    expect(wrapLine(line, width, 4)).toEqual(expected);
  });
});

import { describe, expect, it } from 'vitest';
import type { QueueId } from '../mail/queue-id.ts';
import {
  golden,
  bounceWith,
  message,
  recipient,
  outcome,
  content,
  RECEIVED,
  ID,
  text,
} from './testing/fixtures.ts';

describe('reports of success and what would happen', () => {
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
});

describe('warnings and transcripts', () => {
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

  it('sends the transcript of a session only when errors of the protocol are asked for', () => {
    const session = {
      program: 'SMTP client',
      peer: 'mx.test[127.0.0.1]:25',
      lines: [
        'In:  220 mx.test ESMTP',
        'Out: MAIL FROM:<alice@localhost>',
        'In:  500 5.5.2 a reply that is so long that it has to be folded before it reaches the postmaster',
      ],
    } as const;
    expect(bounceWith().bounce.transcript(session)).toBeUndefined();
    expect(text(bounceWith({ notify_classes: 'protocol' }).bounce.transcript(session))).toBe(
      [
        'From: Mail Delivery System <MAILER-DAEMON@localhost>',
        'To: Postmaster <postmaster>',
        'Subject: Postfix SMTP client: errors from mx.test[127.0.0.1]:25',
        '',
        'Unexpected response from mx.test[127.0.0.1]:25.',
        '',
        'Transcript of session follows.',
        '',
        ' In:  220 mx.test ESMTP',
        ' Out: MAIL FROM:<alice@localhost>',
        ' In:  500 5.5.2 a reply that is so long that it has to be folded before it',
        '     reaches the postmaster',
        '',
        'For other details, see the local mail logfile',
        '',
      ].join('\n'),
    );
  });
});

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

const host = 'mail.example.test';
const example = { myhostname: host };

describe('failure notices', () => {
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
});

describe('failure notices and what they return', () => {
  it.each([
    ['RET=HDRS', { ret: 'HDRS' } as const],
    [
      'a message over bounce_size_limit, RET=FULL notwithstanding',
      { ret: 'FULL', queueSize: 60_000 } as const,
    ],
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

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

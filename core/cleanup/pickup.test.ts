import { describe, expect, it } from 'vitest';
import { DATE, headersOf, kitchen, NOW, queued, QUEUE_ID } from './testing/kitchen.ts';
import type { LocalSubmission } from './pickup.ts';
import { recipientsFromHeaders, refusalOutcomes, toSubmission, unstoredContent } from './pickup.ts';

const numbers = { queueId: QUEUE_ID, messageId: 193, arrivedAt: NOW };
const input = (changes: Partial<LocalSubmission> = {}): LocalSubmission => ({
  sender: 'alice',
  recipients: ['bob'],
  raw: Buffer.from('Subject: x\n\nx\n'),
  uid: 1000,
  ...changes,
});

function made(changes: Partial<LocalSubmission>, main: readonly string[] = []) {
  const { config, ...rest } = kitchen(main);
  const result = toSubmission(input(changes), numbers, config);
  if (result.kind !== 'submission') throw new Error(result.kind);
  return { ...result, ...rest };
}

describe('local submission', () => {
  it('gets a Received header with the user id, and is completed', async () => {
    const { submission, logText, prepare } = made({ fullName: 'Alice A' });
    const message = queued(await prepare(submission));
    expect(Buffer.from(message.content.header).toString()).toBe(
      `Received: by localhost (Postfix, from userid 1000)\n\tid ${QUEUE_ID}; ${DATE}\nSubject: x\n` +
        `Message-Id: <20261122210000.${QUEUE_ID}@localhost>\nDate: ${DATE}\nFrom: Alice A <alice@localhost>\n`,
    );
    expect(message.recipients[0]).toMatchObject({ address: 'bob@localhost', originalAddress: 'bob' });
    expect(logText).toBe(`${QUEUE_ID}: uid=1000 from=<alice>`);
  });

  it.each([
    ['From alice Sun Nov 22\n>From again\nSubject: x\n\nx\n', ['Subject: x']],
    [' begins with a blank\n', []],
  ])('%j', async (raw, expected) => {
    const { submission, prepare } = made({ raw: Buffer.from(raw) });
    const headers = headersOf(queued(await prepare(submission)));
    expect(headers.filter((header) => !/^(?:Message-Id|Date|From):/.test(header))).toEqual(expected);
  });

  it.each([
    ['To: a, B <b@x.test>\nCc: c\nBcc: d\nX-To: e\n\nTo: f\n', ['a', 'b@x.test', 'c', 'd']],
    ['To: a\nResent-To: r,\n s\nCc: c\n\n', ['r', 's']],
    ['Subject: x\n\n', []],
  ])('-t takes recipients from %j', (raw, expected) => {
    expect(recipientsFromHeaders(Buffer.from(raw))).toEqual(expected);
  });
});

describe('options of sendmail(1)', () => {
  it('-t adds to those of the command line, and says when there is nobody', () => {
    const { config } = kitchen();
    const raw = Buffer.from('To: carol\n\nx\n');
    const result = toSubmission(input({ extractRecipients: true, raw }), numbers, config);
    expect(result).toMatchObject({ submission: { recipients: [{ address: 'bob' }, { address: 'carol' }] } });
    const nobody = input({ recipients: [], extractRecipients: true });
    expect(toSubmission(nobody, numbers, config)).toEqual({ kind: 'no-recipients' });
  });

  it('-bv makes a message of its own', async () => {
    const { submission, prepare } = made({ verify: true, recipients: ['bob', 'x@outside.example'] });
    const message = queued(await prepare(submission));
    expect(message.verify).toBe(true);
    expect(headersOf(message).slice(0, 3)).toEqual([
      'From: alice@localhost',
      'Subject: probe',
      'To: bob@localhost, x@outside.example',
    ]);
  });

  it('carries -N, -R, -V, -B and the settings of pickup', () => {
    const { submission } = made({ notify: ['SUCCESS'], ret: 'HDRS', envid: 'e', bodyType: '8BITMIME' }, [
      'content_filter = scan:x',
      'receive_override_options = no_header_body_checks, no_address_mappings',
    ]);
    expect(submission).toMatchObject({
      ret: 'HDRS',
      envid: 'e',
      encoding: '8bit',
      orders: { filter: 'scan:x' },
      skip: { checks: true, addressMappings: true, bcc: true },
      recipients: [{ notify: ['SUCCESS'] }],
    });
  });

  it('needs SMTPUTF8 when its header is not ASCII', async () => {
    const { submission, prepare } = made({ raw: Buffer.from('Subject: grüße\n\nx\n') });
    expect(queued(await prepare(submission)).smtputf8).toBe(true);
  });

  it('is bounced with all its recipients when cleanup refuses it', async () => {
    const { submission, prepare } = made({}, ['hopcount_limit = 1']);
    const outcome = await prepare(submission);
    if (outcome.kind !== 'refused' || outcome.message === undefined) throw new Error(outcome.kind);
    expect(refusalOutcomes(outcome.message, outcome, NOW)).toMatchObject([
      {
        address: 'bob@localhost',
        originalAddress: 'bob',
        dsn: '5.4.0',
        reason: 'too many hops',
        relay: 'none',
      },
    ]);
    const content = unstoredContent(outcome.message.content);
    expect(Buffer.from(await content.read()).toString()).toMatch(/^Received: [\s\S]*\n\nx\n$/);
  });
});

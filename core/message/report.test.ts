import { expect, it } from 'vitest';
import { bodyOf } from '../mail/delivered-form.ts';
import { readReport, returnedQueueIds } from './report.ts';
import { parseStructure } from './structure.ts';
import { sampleContent, toContent } from './testing.ts';

async function read(content: ReturnType<typeof toContent>) {
  const { parts } = await parseStructure(content);
  const body = bodyOf(content);
  const report = readReport(parts, body);
  return { report, queueIds: report === undefined ? [] : returnedQueueIds(parts, body, report) };
}

const reportOf = (type: string, lines: readonly string[], returned: readonly string[] = []) =>
  toContent(
    [
      'Content-Type: multipart/report; boundary=b',
      '',
      '--b',
      `Content-Type: ${type}`,
      '',
      ...lines,
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      ...returned,
      '--b--',
      '',
    ].join('\r\n'),
  );

it('reads a bounce field by field, and which message it is about', async () => {
  const { report, queueIds } = await read(sampleContent('delivery-report.eml'));
  expect(report?.kind).toBe('delivery-status');
  expect(report?.message[0]).toEqual({ name: 'Reporting-MTA', value: 'dns; localhost' });
  expect(report?.recipients).toEqual([
    [
      { name: 'Final-Recipient', value: 'rfc822; customer@example.com' },
      { name: 'Original-Recipient', value: 'rfc822;customer@example.com' },
      { name: 'Action', value: 'failed' },
      { name: 'Status', value: '5.0.0' },
      { name: 'Diagnostic-Code', value: 'X-Postfix; outside mail is not deliverable' },
    ],
  ]);
  expect(queueIds).toEqual(['4bX2yk0Rz9z6']);
});

it('keeps recipients apart, joins folded fields, takes CRLF and blanks for empty lines', async () => {
  const { report } = await read(
    reportOf('message/delivery-status', [
      'Reporting-MTA: dns; mx.test',
      ' ',
      'Final-Recipient: rfc822; a@x.test',
      'Diagnostic-Code: smtp; 550',
      '\tno such user',
      '',
      'Final-Recipient: rfc822; b@x.test',
    ]),
  );
  expect(report?.recipients.map((fields) => fields.map(({ value }) => value))).toEqual([
    ['rfc822; a@x.test', 'smtp; 550 no such user'],
    ['rfc822; b@x.test'],
  ]);
});

it('finds our queue id in what another server returns', async () => {
  const { queueIds } = await read(
    reportOf(
      'message/delivery-status',
      ['Reporting-MTA: dns; mx.test'],
      [
        'Received: from localhost by mx.test (Other) id 0123456789 for <a@x.test>; Sun, 22 Nov 2026',
        'Received: from app by localhost (Postfix) with ESMTP',
        '\tid 4bX2yk0Rz9z6; Sun, 22 Nov 2026 14:02:11 +0100 (CET)',
      ],
    ),
  );
  expect(queueIds).toEqual(['0123456789', '4bX2yk0Rz9z6']);
});

it('tells receipts and complaints from bounces, and mail from reports', async () => {
  const kind = async (type: string) => (await read(reportOf(type, ['A: b']))).report?.kind;
  expect(await kind('message/disposition-notification')).toBe('disposition-notification');
  expect(await kind('message/feedback-report')).toBe('feedback-report');
  expect(await kind('text/plain')).toBeUndefined();
  expect((await read(sampleContent('forwarded.eml'))).report).toBeUndefined();
});

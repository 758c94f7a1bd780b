import { expect, it } from 'vitest';
import { exportMessages } from './export.ts';

const AT = Date.UTC(2026, 10, 22, 14, 2, 11);
const message = (id: number, subject: string) => ({
  id,
  arrivedAt: AT,
  sender: 'a@b.test',
  subject,
  bytes: Buffer.from(`Subject: ${subject}\r\n\r\nFrom here\r\n`),
});

it('puts messages behind one another as mbox has them', () => {
  const mbox = exportMessages([message(1, 'one'), message(2, 'two')], 'mbox', new Date(AT)).toString();
  expect(mbox.match(/^From a@b\.test {2}/gm)).toHaveLength(2);
  expect(mbox).toContain('Subject: one\n\n>From here\n\nFrom a@b.test');
});

it('names the files of an archive by number and subject, whatever that is', () => {
  const archive = exportMessages([message(7, '../../etc/passwd'), message(8, '')], 'zip', new Date(AT));
  const text = archive.toString('latin1');
  expect(text).toContain('000007 .._.._etc_passwd.eml');
  expect(text).toContain('000008 .eml');
  expect(text).toContain('Subject: ../../etc/passwd\r\n\r\nFrom here\r\n');
});

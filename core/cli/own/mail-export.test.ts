import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { SubmitInput } from '../../api/contract/mail.ts';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { toMbox } from './mail-export.ts';
import { splitMbox } from './mail-import.ts';
import { run } from './mail.ts';

const at = new Date(2026, 10, 2, 21, 5, 11).getTime();

describe('toMbox', () => {
  const mbox = (text: string, sender = 'a@b') =>
    toMbox({ sender, arrivedAt: at, bytes: Buffer.from(text, 'latin1') }).toString('latin1');

  it.each([
    ['a message', 'Subject: x\r\n\r\nx\r\n', 'Subject: x\n\nx\n\n'],
    [
      'From lines of the body, and only those',
      'From: x\n\nFrom y\n>From z\n',
      'From: x\n\n>From y\n>From z\n\n',
    ],
    ['no line end at the end', 'Subject: x\n\nx', 'Subject: x\n\nx\n\n'],
    ['a header alone', 'Subject: x\n', 'Subject: x\n\n'],
    ['bytes that are no text', 'Subject: x\n\n\xff\x00\n', 'Subject: x\n\n\xff\x00\n\n'],
  ])('writes %s', (_name, text, written) => {
    expect(mbox(text)).toBe(`From a@b  Mon Nov  2 21:05:11 2026\n${written}`);
  });

  it('names the mailer for the null sender, and quotes a sender as a Postfix mailbox does', () => {
    expect(mbox('x\n', '')).toMatch(/^From MAILER-DAEMON {2}Mon/);
    expect(mbox('x\n', 'a b@c')).toMatch(/^From "a b"@c {2}Mon/);
  });
});

describe('mail', () => {
  let context: TestContext;
  beforeEach(async () => {
    context = await createTestContext();
  });
  afterEach(() => context.close());

  it('lists, shows and gives the source', async () => {
    expect(await run(context, ['list', '--json'])).toBe(0);
    expect(JSON.parse(context.printed.out)).toMatchObject({
      hasMore: false,
      messages: [{ id: 1 }, { id: 2 }],
    });
    context.printed.out = '';
    await run(context, ['show', '1', '--source']);
    expect(context.printed.out).toBe('Subject: raw\r\n\r\nbody\r\n');
    await expect(run(context, ['show', '99'])).rejects.toThrow('There is no message 99.');
    await expect(run(context, ['show', '0'])).rejects.toThrow('needs a number from 1');
    await expect(run(context, ['list', '--folder', 'x'])).rejects.toThrow('--folder is one of');
    await expect(run(context, ['nonsense'])).rejects.toThrow('not "nonsense"');
  });

  it('exports what came in, or what was delivered into a mailbox', async () => {
    const folder = path.join(context.folders.dataDir, 'out');
    await run(context, ['export', '--format', 'eml', '-o', folder]);
    expect(readdirSync(folder)).toEqual(['1.eml', '2.eml']);
    await run(context, ['export', '1', '--mailbox', 'you', '--format', 'maildir', '-o', folder]);
    const [name = ''] = readdirSync(path.join(folder, 'new'));
    expect(readFileSync(path.join(folder, 'new', name), 'utf8')).toBe('Delivered-To: you\n\nbody\n');
    const file = path.join(context.folders.dataDir, 'all.mbox');
    await run(context, ['export', '-o', file]);
    expect(readFileSync(file, 'utf8').match(/^From /gm)).toHaveLength(2);
    // An export must not overwrite mail that is there.
    await expect(run(context, ['export', '-o', file])).rejects.toThrow('EEXIST');
    await expect(run(context, ['export', '--format', 'pst'])).rejects.toThrow(
      '--format is mbox, eml or maildir',
    );
    expect(existsSync(path.join(folder, 'tmp'))).toBe(true);
  });

  it('imports mbox, message files and maildirs as mail that is handed in', async () => {
    const at = (name: string) => path.join(context.folders.dataDir, name);
    writeFileSync(at('one.eml'), 'Return-Path: <x@y.test>\r\nTo: bob@localhost\r\n\r\nFrom here\r\n');
    await run(context, ['export', '--format', 'maildir', '-o', at('md')]);
    expect(await run(context, ['import', at('one.eml')])).toBe(0);
    expect(await run(context, ['import', '--from', 'me', '--to', 'a', '--to', 'b', at('md')])).toBe(0);
    const submitted = context.engine.calls
      .filter(({ name }) => name === 'submit')
      .map(({ input }) => input as SubmitInput);
    expect(submitted.map(({ sender, recipients }) => [sender, recipients])).toEqual([
      ['x@y.test', ['bob@localhost']],
      ['me', ['a', 'b']],
      ['me', ['a', 'b']],
    ]);
    expect(Buffer.from(submitted[0]?.rawBase64 ?? '', 'base64').toString()).toContain('From here\r\n');
    await expect(run(context, ['import'])).rejects.toThrow('needs a file');
    await expect(run(context, ['import', at('none')])).rejects.toThrow('there is no');
  });
});

describe('splitMbox', () => {
  it('reads back what toMbox writes', () => {
    const messages = ['Subject: a\n\nFrom x\n>From y\n\nlast\n', 'Subject: b\n\n', 'Subject: c\n\n\xff\n'];
    const written = messages.map((text, index) =>
      toMbox({ sender: index === 1 ? '' : 'a@b', arrivedAt: at, bytes: Buffer.from(text, 'latin1') }),
    );
    const read = splitMbox(Buffer.concat(written));
    expect(read.map(({ sender }) => sender)).toEqual(['a@b', '', 'a@b']);
    // One `>` more or less is lost where a line had one already: mbox cannot tell (mboxo).
    expect(read.map(({ raw }) => raw.toString('latin1'))).toEqual(
      messages.map((text) => text.replace('>From y', 'From y')),
    );
  });
});

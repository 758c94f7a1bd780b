import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { ImportInput } from '../../api/contract/hand-in.ts';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { run } from './mail.ts';

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
    expect(readdirSync(folder)).toEqual(['1.eml', '2.eml', 'sandpost.json']);
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

  const imported = () =>
    context.engine.calls
      .filter(({ name }) => name === 'import')
      .map(({ input }) => input as ImportInput)
      .flatMap(({ messages, as }) => messages.map((message) => ({ ...message, as })));
  const place = (name: string) => path.join(context.folders.dataDir, name);

  it.each([
    ['mbox', 'all.mbox', []],
    ['eml', 'eml', []],
    ['maildir', 'Maildir', []],
    ['eml', 'eml.zip', ['--zip']],
    ['maildir', 'maildir.zip', ['--zip']],
  ])('imports what it exported, byte for byte: %s in %s', async (format, name, more) => {
    await run(context, ['export', '--format', format, ...more, '-o', place(name)]);
    expect(await run(context, ['import', '--into', 'archive', place(name)])).toBe(0);
    const raw = Buffer.from('Subject: raw\r\n\r\nbody\r\n').toString('base64');
    const message = { rawBase64: raw, sender: 'you@localhost', recipients: ['root@localhost'] };
    expect(imported()).toMatchObject([message, message]);
    expect(imported()[0]?.as).toEqual({ kind: 'mailbox', name: 'archive' });
    expect(context.printed.err).toContain('imported 2 messages\n');
  });

  it('imports message files and folders as mail that is handed in, and tells what is none', async () => {
    mkdirSync(place('more'));
    writeFileSync(place('one.eml'), 'Return-Path: <x@y.test>\r\nTo: bob@localhost\r\n\r\nFrom here\r\n');
    writeFileSync(place('more/two.txt'), 'Subject: two\n\n');
    writeFileSync(place('more/photo.jpg'), Buffer.from([0xff, 0xd8]));
    const words = ['--from', 'me', '--to', 'a', '--to', 'b', place('one.eml'), place('more')];
    expect(await run(context, ['import', ...words])).toBe(1);
    expect(imported().map(({ sender, as }) => [sender, as])).toEqual([
      ['x@y.test', { kind: 'sent', sender: 'me', recipients: ['a', 'b'] }],
      [undefined, { kind: 'sent', sender: 'me', recipients: ['a', 'b'] }],
    ]);
    expect(context.printed.err).toBe(
      `${place('more/photo.jpg')}: it is no mail\nimported 2 messages, 1 not\n`,
    );
    await expect(run(context, ['import'])).rejects.toThrow('needs a file');
    await expect(run(context, ['import', place('none')])).rejects.toThrow('there is no');
    await expect(run(context, ['import', '--into', 'a', '--to', 'b', 'x'])).rejects.toThrow('as it is');
  });
});

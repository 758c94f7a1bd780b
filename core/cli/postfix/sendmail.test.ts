import { afterEach, describe, expect, it } from 'vitest';
import { createMaildrop } from '../../api/maildrop.ts';
import type { SubmitInput } from '../../api/contract/mail.ts';
import { CommandError } from '../context.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { run } from './sendmail.ts';

let context: TestContext;
afterEach(() => context.close());

async function sendmail(args: readonly string[], stdin = 'Subject: x\n\nx\n'): Promise<number | string> {
  context.stdin.text = stdin;
  try {
    return await run(context, args);
  } catch (error) {
    if (error instanceof CommandError) return `${error.exit} ${error.message}`;
    throw error;
  }
}
const submitted = () =>
  context.engine.calls.filter(({ name }) => name === 'submit').map(({ input }) => input as SubmitInput);
const raw = (input: SubmitInput | undefined) =>
  Buffer.from(input?.rawBase64 ?? '', 'base64').toString('utf8');

describe('sendmail with a running sandbox', () => {
  it('hands over sender, recipients and the message', async () => {
    context = await createTestContext();
    expect(await sendmail(['bob', 'Carol <carol@localhost>, dave'])).toBe(0);
    expect(submitted()).toMatchObject([
      { sender: 'alice', recipients: ['bob', 'carol@localhost', 'dave'], uid: 1001, verify: false },
    ]);
    expect(raw(submitted()[0])).toBe('Subject: x\n\nx\n');
    expect(context.printed).toEqual({ out: '', err: '' });
  });

  it.each([
    [['-f', 'x@y.test', 'bob'], 'x@y.test'],
    [['-rx@y.test', 'bob'], 'x@y.test'],
    [['-f', '<x@y.test>', 'bob'], 'x@y.test'],
    [['-f', '', 'bob'], ''],
    [['-f', '<>', 'bob'], ''],
    [['-f', 'MAILER-DAEMON', 'bob'], ''],
    [['bob'], 'alice'],
  ])('takes the sender of %j as "%s"', async (args, sender) => {
    context = await createTestContext();
    await sendmail(args);
    expect(submitted()[0]?.sender).toBe(sender);
  });

  it('passes on what -N -R -V -F -B say, and ignores what is not for it', async () => {
    context = await createTestContext();
    const args = ['-N', 'success,failure', '-R', 'hdrs', '-V', 'envid+1', '-F', 'A B', '-B8BITMIME'];
    expect(await sendmail([...args, '-om', '-oQx', '-O', 'DeliveryMode=b', '-U', '-G', 'bob'])).toBe(0);
    expect(submitted()[0]).toMatchObject({
      notify: ['SUCCESS', 'FAILURE'],
      ret: 'HDRS',
      envid: 'envid+1',
      fullName: 'A B',
      bodyType: '8BITMIME',
    });
  });

  it.each([
    [['-XV'], ''],
    [['-XV-='], '-='],
    [['-V', '-f', 'a@b'], ''],
    [['-V+='], '+='],
    [['-V', 'envid'], undefined],
  ])('asks for VERP with %j: %j', async (args, verp) => {
    context = await createTestContext();
    expect(await sendmail([...args, 'bob'])).toBe(0);
    expect(submitted()[0]?.verp).toBe(verp);
  });

  it('takes recipients from the headers for -t, and from the arguments too', async () => {
    context = await createTestContext();
    const message = 'To: a@x.test,\n b@x.test\nCc: "C, D" <c@x.test>\nBcc: d\nX-To: e\nSubject: x\n\nTo: f\n';
    await sendmail(['-t'], message);
    await sendmail(['-t', 'g'], message);
    await sendmail(['-t'], `Resent-To: h\n${message}`);
    expect(submitted().map(({ recipients }) => recipients)).toEqual([
      ['a@x.test', 'b@x.test', 'c@x.test', 'd'],
      ['g', 'a@x.test', 'b@x.test', 'c@x.test', 'd'],
      ['h'],
    ]);
  });

  it('ends at a lone dot unless -i or -oi', async () => {
    context = await createTestContext();
    const message = 'Subject: x\n\na\n.\nb\n';
    await sendmail(['bob'], message);
    await sendmail(['-i', 'bob'], message);
    await sendmail(['-oi', 'bob'], message);
    await sendmail(['bob'], message.replaceAll('\n', '\r\n'));
    expect(submitted().map(raw)).toEqual(['Subject: x\n\na\n', message, message, 'Subject: x\r\n\r\na\r\n']);
  });

  it('leaves out a From_ line in front, and no other', async () => {
    context = await createTestContext();
    await sendmail(['bob'], 'From a@b Sun Nov 22\nSubject: x\n\nFrom here\n');
    expect(raw(submitted()[0])).toBe('Subject: x\n\nFrom here\n');
  });

  it('reads what follows the first address as addresses', async () => {
    context = await createTestContext();
    await sendmail(['alice@localhost,', 'bob', '--', '-x']);
    expect(submitted()[0]?.recipients).toEqual(['alice@localhost', 'bob', '--', '-x']);
  });

  it('has no message for -bv, and says where the report goes', async () => {
    context = await createTestContext();
    expect(await sendmail(['-bv', 'bob', 'x@outside.example'], 'never read')).toBe(0);
    expect(raw(submitted()[0])).toBe('');
    expect(submitted()[0]).toMatchObject({ verify: true, report: false });
    expect(context.printed.out).toBe('Mail Delivery Status Report will be mailed to <alice>.\n');
    await sendmail(['-v', 'bob']);
    expect(submitted()[1]).toMatchObject({ verify: false, report: true });
  });

  it.each([
    [['-t'], '75 fatal: alice(1001): No recipient addresses found in message header'],
    [
      [],
      '75 fatal: alice(1001): Recipient addresses must be specified on the command line or via the -t option',
    ],
    [['-Z', 'alice'], '75 fatal: usage: sendmail [options]'],
    [['-f'], '75 fatal: usage: sendmail [options]'],
    [['-bx'], '75 fatal: unsupported: -bx'],
    [['-bp', '-t'], '75 fatal: -t can be used only in delivery mode'],
    [['-bv', '-t'], '75 fatal: -t option cannot be used with -bv'],
    [['-bv', '-v', 'x'], '75 fatal: -v option cannot be used with -bv'],
    [['-bp', 'x'], '75 fatal: display queue mode requires no recipient'],
    [['-q', 'x'], '75 fatal: flush queue mode requires no recipient'],
    [['-n', 'x'], '75 fatal: -n option not supported'],
    [['-qX'], '75 fatal: -qX is not implemented'],
    [['-B', 'x', 'y'], '75 fatal: -B option needs 8BITMIME or 7BIT'],
    [['-XVab', 'x'], '75 fatal: -V requires two characters from -=+'],
    [['-XV', '-f', '', 'x'], '75 fatal: (1001): -V option requires non-null sender address'],
    [['-Xlog', 'x'], '75 fatal: unsupported: -Xl'],
  ])('refuses %j', async (args, failure) => {
    context = await createTestContext();
    expect(await sendmail(args)).toBe(failure);
    expect(submitted()).toEqual([]);
  });

  it('says what getopt says before the usage', async () => {
    context = await createTestContext();
    await sendmail(['-Z']);
    expect(context.printed.err).toBe("sendmail: invalid option -- 'Z'\n");
  });

  it('tells of a message that is too big as postdrop and sendmail do', async () => {
    context = await createTestContext();
    const refused = 'message file too big';
    Object.assign(context.engine, { submit: () => Promise.resolve({ queueId: '', refused }) });
    expect(await sendmail(['bob'])).toBe('75 fatal: alice(1001): message file too big');
    expect(context.printed.err).toBe(
      'postdrop: warning: uid=1001: File too large\nsendmail: warning: mail_stream_cleanup: close error\n',
    );
  });

  it('is mailq, newaliases and the flusher by options', async () => {
    context = await createTestContext();
    await sendmail(['-bp']);
    await sendmail(['-bi']);
    await sendmail(['-I']);
    await sendmail(['-q']);
    await sendmail(['-qIABC']);
    expect(await sendmail(['-q15m'])).toBe(0);
    const calls = context.engine.calls.map(({ name }) => name);
    expect(calls).toEqual(['queue.list', 'tables', 'tables', 'act', 'act']);
  });
});

describe('sendmail without a running sandbox', () => {
  it('leaves the message in the maildrop, and says so', async () => {
    context = await createTestContext({ isRunning: false });
    expect(await sendmail(['-f', 'x@y.test', 'bob'])).toBe(0);
    expect(context.printed.err).toBe(
      'postdrop: warning: unable to look up public/pickup: No such file or directory\n',
    );
    const [dropped] = createMaildrop(context.folders.dataDir).list();
    expect(dropped).toMatchObject({
      size: 14,
      input: { sender: 'x@y.test', recipients: ['bob'] },
    });
    expect(raw(dropped?.input)).toBe('Subject: x\n\nx\n');
  });
});

/** Mail handed in by what developers use arrives in the login user's mailbox. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolders, runSandpost, startSandbox, type SandboxProcess } from '../support/sandbox-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);
const folders = createFolders();
const login = os.userInfo().username;
let sandbox: SandboxProcess;

beforeAll(async () => {
  sandbox = await startSandbox(folders);
});
afterAll(async () => {
  await sandbox.stop();
  folders.remove();
});

async function subjectsInMailbox(): Promise<string[]> {
  const { stdout } = await runSandpost(folders, ['mail', 'list', '--mailbox', login, '--json']);
  const { messages } = JSON.parse(stdout) as { messages: { subject: string }[] };
  return messages.map(({ subject }) => subject);
}

async function expectInMailbox(subject: string): Promise<void> {
  await waitUntil(
    async () => (await subjectsInMailbox()).includes(subject),
    `"${subject}" in the mailbox of ${login}`,
  );
}

test('printf piped into sendmail root', async () => {
  const sent = await runSandpost(folders, ['sendmail', 'root'], 'Subject: by sendmail\n\nhello\n');
  expect(sent).toMatchObject({ exit: 0, stderr: '' });
  await expectInMailbox('by sendmail');
});

test('curl smtp://', async () => {
  const file = path.join(folders.root, 'curl.eml');
  writeFileSync(file, 'From: app@app.test\r\nTo: root@localhost\r\nSubject: by curl\r\n\r\nhello\r\n');
  const url = `smtp://127.0.0.1:${sandbox.smtpPort}`;
  await run('curl', [
    '-sS',
    url,
    '--mail-from',
    'app@app.test',
    '--mail-rcpt',
    'root@localhost',
    '--upload-file',
    file,
  ]);
  await expectInMailbox('by curl');
});

test('swaks', async () => {
  const server = ['--server', '127.0.0.1', '--port', String(sandbox.smtpPort)];
  await run('swaks', [
    ...server,
    '--to',
    'root@localhost',
    '--from',
    'app@app.test',
    '--header',
    'Subject: by swaks',
  ]);
  await expectInMailbox('by swaks');
});

test('nodemailer', async () => {
  const transport = createTransport({ host: '127.0.0.1', port: sandbox.smtpPort, secure: false });
  await transport.sendMail({
    from: 'app@app.test',
    to: 'root@localhost',
    subject: 'by nodemailer',
    html: '<p>hello</p>',
  });
  await expectInMailbox('by nodemailer');
});

test("Python's smtplib", async () => {
  const program = [
    'import smtplib, sys',
    'from email.message import EmailMessage',
    'm = EmailMessage()',
    'm["From"], m["To"], m["Subject"] = "app@app.test", "root@localhost", "by smtplib"',
    'm.set_content("hello")',
    's = smtplib.SMTP("127.0.0.1", int(sys.argv[1]))',
    's.send_message(m)',
    's.quit()',
  ];
  await run('python3', ['-c', program.join('\n'), String(sandbox.smtpPort)]);
  await expectInMailbox('by smtplib');
});

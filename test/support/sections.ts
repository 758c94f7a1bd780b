/** A sandbox for one section of a guide: lines are put where the guide says, and what came of it is looked at. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import {
  createFolders,
  runSandpost,
  startSandbox,
  useFreePorts,
  type SandboxProcess,
} from './sandbox-process.ts';
import { SmtpLine } from './smtp-line.ts';
import { waitUntil } from './wait-until.ts';

export class SectionSandbox {
  readonly folders = createFolders();
  #process: SandboxProcess | undefined;

  /** What the guide writes as `/etc/postfix/name` stands in the sandbox's folder: the path in its lines is made that one. */
  here(text: string): string {
    return text.replaceAll('/etc/postfix', this.folders.configDir);
  }

  file(name: string): string {
    return path.join(this.folders.configDir, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), this.here(text));
  }

  append(name: string, text: string): void {
    appendFileSync(this.file(name), this.here(text));
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  /** Writes into a user's home folder. */
  writeHome(user: string, name: string, text: string): void {
    const home = path.join(this.folders.dataDir, 'home', user);
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, name), text);
  }

  /** A command that shall succeed, as `postmap /etc/postfix/virtual`; what it printed. */
  async run(line: string, input = ''): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const result = await runSandpost(this.folders, this.here(line).split(' '), input);
    expect({ line, ...result }).toMatchObject({ line, exit: 0 });
    return result;
  }

  /** The default configuration with any free port, and these users. */
  async prepare(...users: readonly string[]): Promise<void> {
    await useFreePorts(this.folders);
    if (users.length > 0) await this.run(`user add ${users.join(' ')}`);
  }

  async start(): Promise<void> {
    this.#process = await startSandbox(this.folders);
  }

  async restart(): Promise<void> {
    await this.#process?.stop();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.#process?.stop();
    this.folders.remove();
  }

  async sendmail(to: string, subject: string, from = 'root'): Promise<void> {
    await this.run(`sendmail -f ${from} ${to}`, `Subject: ${subject}\nUser-Agent: Thunderbird\n\nhello\n`);
  }

  /** One transaction; its replies, the last one that of the content when it came to that. */
  async smtp(from: string, to: string, subject: string): Promise<readonly string[]> {
    const line = new SmtpLine(this.#process?.smtpPort ?? 0);
    const replies = [await line.reply()];
    const commands = ['EHLO laptop.test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`];
    for (const command of commands) replies.push(await line.say(command));
    if (replies.at(-1)?.startsWith('250') === true) {
      await line.say('DATA');
      replies.push(await line.say(`Subject: ${subject}\r\nUser-Agent: Thunderbird\r\n\r\nhello\r\n.`));
    }
    line.close();
    return replies.slice(2);
  }

  async subjectsOf(user: string): Promise<readonly string[]> {
    const { stdout } = await this.run(`mail list --mailbox ${user} --json`);
    return (JSON.parse(stdout) as { messages: { subject: string }[] }).messages.map(({ subject }) => subject);
  }

  async expectMail(user: string, subject: string): Promise<void> {
    await waitUntil(
      async () => (await this.subjectsOf(user)).includes(subject),
      `"${subject}" in the mailbox of ${user}`,
    );
  }

  get log(): string {
    return readFileSync(path.join(this.folders.dataDir, 'mail.log'), 'utf8');
  }

  async expectLog(pattern: RegExp): Promise<void> {
    await waitUntil(() => Promise.resolve(pattern.test(this.log)), `${String(pattern)} in the log`);
  }
}

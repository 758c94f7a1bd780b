/**
 * `sandpost mail import`: hands messages of files in, as sendmail(1) would: an mbox file, a message file, or a
 * maildir. They go through cleanup and the aliases like any mail; nothing is put into a mailbox past them.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { recipientsFromHeaders } from '../../cleanup/pickup.ts';
import { CommandError, type Connection, type Context } from '../context.ts';
import { EX_USAGE } from '../options.ts';
import type { MailOptions } from './mail-options.ts';

interface Imported {
  /** Of the From_ line, or Return-Path; undefined: neither is there. */
  readonly sender: string | undefined;
  readonly raw: Buffer;
}

const SEPARATOR = /^From (\S*).*\n/;

/** Messages of an mbox file: each begins with a From_ line after an empty line or at the start; `>From ` is unquoted. */
export function splitMbox(file: Buffer): readonly Imported[] {
  // latin1 keeps every byte as one character.
  const text = file.toString('latin1').replaceAll('\r\n', '\n');
  return text
    .split(/(?<=^|\n\n)(?=From )/)
    .filter((part) => SEPARATOR.test(part))
    .map((part) => {
      const [line = '', sender = ''] = SEPARATOR.exec(part) ?? [];
      const message = part
        .slice(line.length)
        .replace(/\n\n$/, '\n')
        .replace(/^>(>*From )/gm, '$1');
      return { sender: sender === 'MAILER-DAEMON' ? '' : sender, raw: Buffer.from(message, 'latin1') };
    });
}

function single(file: Buffer): Imported {
  const header = file.toString('latin1').split(/\r?\n\r?\n/, 1)[0] ?? '';
  const returnPath = /^Return-Path:[ \t]*<?([^>\r\n]*)>?/im.exec(header)?.[1];
  return { sender: returnPath, raw: file };
}

function messagesOf(name: string): readonly Imported[] {
  if (!existsSync(name)) throw new CommandError(`there is no ${name}`);
  if (statSync(name).isDirectory()) {
    const folders = ['new', 'cur']
      .map((folder) => path.join(name, folder))
      .filter((folder) => existsSync(folder));
    const files = (folders.length === 0 ? [name] : folders).flatMap((folder) =>
      readdirSync(folder)
        .sort()
        .map((file) => path.join(folder, file)),
    );
    return files.filter((file) => statSync(file).isFile()).map((file) => single(readFileSync(file)));
  }
  const file = readFileSync(name);
  return file.subarray(0, 5).toString('latin1') === 'From ' ? splitMbox(file) : [single(file)];
}

export async function importMail(
  context: Context,
  { client }: Connection,
  options: MailOptions & { readonly files: readonly string[] },
): Promise<number> {
  if (options.files.length === 0) throw new CommandError('mail import needs a file or a maildir', EX_USAGE);
  let count = 0;
  for (const { sender, raw } of options.files.flatMap((name) => messagesOf(name))) {
    const recipients = options.to ?? recipientsFromHeaders(raw);
    const { refused } = await client.mail.submit({
      sender: options.from ?? sender ?? context.actor.name,
      recipients: recipients.length === 0 ? [context.actor.name] : [...recipients],
      rawBase64: raw.toString('base64'),
      uid: context.actor.uid,
    });
    if (refused !== undefined) throw new CommandError(`message ${count + 1} was refused: ${refused}`);
    count += 1;
  }
  context.err(`imported ${count} message${count === 1 ? '' : 's'}\n`);
  return 0;
}

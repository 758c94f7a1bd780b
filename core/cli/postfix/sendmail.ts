/**
 * sendmail(1), Postfix's: hands a message over to the running sandbox, or leaves it in the maildrop for the next
 * start. Its other uses (mailq, newaliases, -bs, -q) are the other commands.
 */
import { accessSync, constants } from 'node:fs';
import { parseAddressList } from '../../address/parse.ts';
import type { SubmitInput } from '../../api/contract/mail.ts';
import { isTooLargeForMaildrop } from '../../cleanup/maildrop-size.ts';
import { NO_RECIPIENTS, recipientsFromHeaders } from '../../cleanup/pickup.ts';
import { startProgram } from '../../config/check.ts';
import { areVerpDelimiters } from '../../mail/verp.ts';
import type { Running } from '../../api/running.ts';
import { createClock } from '../../util/clock.ts';
import { makeQueueId } from '../../mail/queue-id.ts';
import type { Context } from '../context.ts';
import { fatal, parseSendmail, type SendmailOptions } from './sendmail-options.ts';
import { startsWell } from './program-start.ts';
import { readMessage } from './sendmail-input.ts';

const TOO_BIG = 'message file too big';

/** -f as an address, or the user's name. `<>` and MAILER-DAEMON mean the null sender. */
function senderOf(options: SendmailOptions, context: Context): string {
  const given = options.sender;
  if (given === undefined) return context.actor.name;
  if (given === '' || given === '<>') return '';
  const [address = '', ...others] = parseAddressList(given);
  if (others.length > 0) {
    context.err(`sendmail: warning: -f option specified malformed sender: ${given}\n`);
  }
  return address.toUpperCase() === 'MAILER-DAEMON' ? '' : address;
}

function recipientsOf(options: SendmailOptions, message: Buffer): readonly string[] {
  // an argument without an address is the empty address, which is postmaster's (empty_address_recipient)
  const named = options.recipients.flatMap((word) => {
    const addresses = parseAddressList(word);
    return addresses.length === 0 ? [''] : addresses;
  });
  return options.extractRecipients ? [...named, ...recipientsFromHeaders(message)] : named;
}

/** -XV: whether the delimiters are allowed ones, and there is a sender to put recipients into. */
function refuseVerp({ verp }: SendmailOptions, sender: string, context: Context, who: string): void {
  if (verp === undefined) return;
  const allowed = startProgram('sendmail', context.folders.configDir).scope?.expanded(
    'verp_delimiter_filter',
  );
  const filter = allowed ?? '-=+';
  if (verp !== '' && !areVerpDelimiters(verp, filter))
    throw fatal(`-V requires two characters from ${filter}`);
  if (sender === '') throw fatal(`${who}: -V option requires non-null sender address`);
}

async function compose(options: SendmailOptions, context: Context): Promise<SubmitInput> {
  const sender = senderOf(options, context);
  const who = `${options.sender ?? context.actor.name}(${context.actor.uid})`;
  refuseVerp(options, sender, context, who);
  if (options.recipients.length === 0 && !options.extractRecipients) {
    throw fatal(`${who}: Recipient addresses must be specified on the command line or via the -t option`);
  }
  // -bv has no message: cleanup makes one of sender and recipients.
  const message = options.verify ? Buffer.alloc(0) : readMessage(await context.readInput(), options.dotEnds);
  const recipients = recipientsOf(options, message);
  if (recipients.length === 0) throw fatal(`${who}: ${NO_RECIPIENTS}`);
  return {
    sender,
    recipients: [...recipients],
    rawBase64: message.toString('base64'),
    ret: options.ret,
    envid: options.envid,
    notify: [...options.notify],
    extractRecipients: false,
    verify: options.verify,
    report: options.report,
    fullName: options.fullName ?? context.env['NAME'] ?? context.actor.fullName,
    bodyType: options.bodyType,
    isGateway: options.isGateway,
    ...(options.verp === undefined ? {} : { verp: options.verp }),
    uid: context.actor.uid,
  };
}

/** A queue id for a message without a number: the time to the microsecond, and the process in the number's place. */
async function dropIntoMaildrop(context: Context, input: SubmitInput): Promise<void> {
  const { createMaildrop } = await import('../../api/maildrop.ts');
  const arrivedAt = createClock().now();
  const queueId = makeQueueId(arrivedAt, process.pid, false);
  createMaildrop(context.folders.dataDir).put({ queueId, arrivedAt, input });
  // Postfix's postdrop finds no socket before the first start; later there is one, which it knocks at in silence.
  if (!context.hasRun()) {
    context.err('postdrop: warning: unable to look up public/pickup: No such file or directory\n');
  }
}

/** Another user's sandbox: its socket is theirs, its maildrop may be everybody's. */
function isClosedToUs({ socket }: Running): boolean {
  try {
    accessSync(socket, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function tooBig(context: Context, who: string): Error {
  context.err(`postdrop: warning: uid=${context.actor.uid}: File too large\n`);
  context.err('sendmail: warning: mail_stream_cleanup: close error\n');
  return fatal(`${who}: ${TOO_BIG}`);
}

/** postdrop(1) takes nothing over the limit of its own configuration, whether a sandbox is there or not. */
function refuseSize(context: Context, input: SubmitInput, who: string): void {
  const { scope } = startProgram('postdrop', context.folders.configDir);
  if (scope === undefined) return;
  const number = (name: string) => Number(scope.expanded(name));
  const limits = { messageSize: number('message_size_limit'), lineLength: number('line_length_limit') };
  const message = { ...input, raw: Buffer.from(input.rawBase64, 'base64') };
  if (isTooLargeForMaildrop(limits, message)) throw tooBig(context, who);
}

async function enqueue(context: Context, options: SendmailOptions): Promise<number> {
  const input = await compose(options, context);
  startsWell(context, 'postdrop');
  const who = `${options.sender ?? context.actor.name}(${context.actor.uid})`;
  refuseSize(context, input, who);
  const running = context.running();
  if (running === undefined || isClosedToUs(running)) {
    await dropIntoMaildrop(context, input);
  } else {
    const connection = await context.connect();
    try {
      const { refused } = await connection.client.mail.submit(input);
      if (refused === TOO_BIG) throw tooBig(context, who);
      if (refused !== undefined) throw fatal(`${who}: ${refused}`);
    } finally {
      await connection.close();
    }
  }
  if (options.verify || options.report) {
    const to = options.sender ?? context.actor.name;
    context.out(`Mail Delivery Status Report will be mailed to <${to}>.\n`);
  }
  return 0;
}

/** The other programs behind sendmail's options: loaded only when asked for. */
async function other(context: Context, options: SendmailOptions): Promise<number> {
  const postqueue = async (...args: string[]) => {
    startsWell(context, 'postqueue');
    return (await import('./postqueue.ts')).run(context, args);
  };
  switch (options.mode) {
    case 'mailq':
      return postqueue('-p');
    case 'flush':
      return postqueue('-f');
    case 'newaliases':
      startsWell(context, 'postalias');
      return (await import('./table-commands.ts')).newaliases(context, []);
    case 'smtp':
      return (await import('./sendmail-bs.ts')).runSmtpOnStdio(context);
    case 'daemon':
      return (await import('./postfix.ts')).run(context, ['start']);
    case 'ignore':
      return 0;
    case 'enqueue':
      if (options.flushSite !== undefined) return postqueue('-s', options.flushSite);
      if (options.flushId !== undefined) return postqueue('-i', options.flushId);
      return enqueue(context, options);
  }
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const options = parseSendmail(args, (message) => {
    context.err(`sendmail: ${message}\n`);
  });
  for (const warning of options.warnings) context.err(`sendmail: warning: ${warning}\n`);
  return other(context, options);
}

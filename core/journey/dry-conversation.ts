/** An SMTP session without a socket: a conversation of smtpd that is told the commands and whose replies are kept. */
import type { TraceInput, TraceResult } from '../api/contract/sandbox.ts';
import type { MasterService } from '../config/config.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { Submission } from '../mail/message.ts';
import type { Refusal } from '../mail/refusal.ts';
import { createAnvil } from '../smtpd/anvil.ts';
import type { LookupClient } from '../smtpd/client.ts';
import { Conversation } from '../smtpd/conversation.ts';
import type { PolicyServices } from '../smtpd/policy/context.ts';
import { createService, type SmtpdWorld } from '../smtpd/service.ts';
import type { Clock } from '../util/clock.ts';
import { SILENT } from '../util/log.ts';
import { dryNumbers } from './dry-numbers.ts';

/** What smtpd is given besides the world. */
export interface SmtpdGivens {
  readonly lookupClient: LookupClient;
  readonly policyServices: PolicyServices;
}

export interface Talked {
  readonly replies: TraceResult['replies'];
  readonly journey: readonly JourneyEntry[];
  readonly refused: readonly { readonly recipient: string; readonly reply: string }[];
  /** What was accepted; undefined when nothing was. */
  readonly submission: Submission | undefined;
}

const PROBE = 'Subject: trace\r\n\r\nThis message exists only to find out where it would go.\r\n';

export async function talk(given: {
  readonly world: SmtpdWorld;
  readonly clock: Clock;
  readonly smtpd: SmtpdGivens;
  readonly input: TraceInput;
  readonly service: MasterService;
}): Promise<Talked> {
  const { world, clock, smtpd, input } = given;
  let written = '';
  let submission: Submission | undefined;
  const refusals: Refusal[] = [];
  const service = createService(given.service, world, {
    ...smtpd,
    clock,
    log: () => SILENT,
    anvil: createAnvil(() => clock.now()),
    refuse: (refusal) => refusals.push(refusal),
    intake: {
      allocate: () => dryNumbers(clock),
      submit(accepted) {
        submission = accepted;
        return Promise.resolve({ kind: 'queued' });
      },
    },
  });
  const name =
    input.clientName === '' ? await smtpd.lookupClient(input.clientAddress) : named(input.clientName);
  const client = {
    ...name,
    address: input.clientAddress,
    socketAddress: input.clientAddress,
    port: '0',
    serverAddress: '127.0.0.1',
    serverPort: '25',
  };
  const channel = {
    write: (text: string) => {
      written += text;
    },
    expectContent: () => undefined,
    expectChunk: () => undefined,
    pending: () => new Uint8Array(0),
  };
  const conversation = new Conversation(service, channel, client);
  const replies: { command: string; reply: string }[] = [];
  const note = (command: string) => {
    conversation.session.flush();
    replies.push({ command, reply: written.trimEnd().replaceAll('\r\n', '\n') });
    written = '';
    return replies.at(-1)?.reply ?? '';
  };
  const say = async (command: string) => {
    if (conversation.isOver) return '';
    await conversation.command({ bytes: Buffer.from(command), isBare: false, isOverlong: false });
    return note(command);
  };

  await conversation.start();
  note('');
  const refused: { recipient: string; reply: string }[] = [];
  await say(`EHLO ${input.helo}`);
  const mail = await say(`MAIL FROM:<${input.sender}>`);
  for (const recipient of input.recipients) {
    const reply = mail.startsWith('250') ? await say(`RCPT TO:<${recipient}>`) : mail;
    if (!reply.startsWith('250')) refused.push({ recipient, reply });
  }
  if (refused.length < input.recipients.length && (await say('DATA')).startsWith('354')) {
    const bytes = input.rawBase64 === undefined ? Buffer.from(PROBE) : Buffer.from(input.rawBase64, 'base64');
    await conversation.content({ bytes, isOverLimit: false, hasBareNewline: false });
    note('.');
  }
  // Only now the session hands over what it refused.
  conversation.session.resetChat(Infinity);
  const journeyOfRefusals = refusals.flatMap(({ journey }) => journey);
  return { replies, refused, submission, journey: submission?.journey ?? journeyOfRefusals };
}

const named = (name: string) => ({ name, nameStatus: 'ok', reverseName: name, reverseStatus: 'ok' }) as const;

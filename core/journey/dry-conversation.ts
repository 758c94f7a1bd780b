/** An SMTP session without a socket: a conversation of smtpd that is told the commands and whose replies are kept. */
import type { TraceInput, TraceResult } from '../api/contract/trace.ts';
import type { MasterService } from '../config/config.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { Submission } from '../mail/message.ts';
import { createAnvil } from '../smtpd/anvil.ts';
import type { LookupClient } from '../smtpd/client.ts';
import { Conversation } from '../smtpd/conversation.ts';
import type { PolicyServices } from '../smtpd/policy/context.ts';
import type { Ruling } from '../smtpd/policy/facts.ts';
import type { Policy } from '../smtpd/policy/policy.ts';
import { createService, type SmtpdIntake, type SmtpdWorld, type SmtpService } from '../smtpd/service.ts';
import type { Clock } from '../util/clock.ts';
import { SILENT } from '../util/log.ts';
import type { Numbers } from './dry-numbers.ts';

/** What smtpd is given besides the world. */
export interface SmtpdGivens {
  readonly lookupClient: LookupClient;
  readonly policyServices: PolicyServices;
}

export interface Talked {
  readonly replies: TraceResult['replies'];
  /** Every decision of the session, those about refused recipients included. */
  readonly journey: readonly JourneyEntry[];
  readonly refused: readonly { readonly recipient: string; readonly reply: string }[];
}

export interface Talk {
  readonly world: SmtpdWorld;
  readonly clock: Clock;
  readonly allocate: () => Numbers;
  /** What becomes of the accepted message. */
  readonly submit: SmtpdIntake['submit'];
  readonly smtpd: SmtpdGivens;
  readonly input: Omit<TraceInput, 'rawBase64' | 'messageId' | 'draft'>;
  /** As a client sends it. */
  readonly content: Buffer;
  readonly service: MasterService;
}

/** smtpd's decisions with their journeys kept, refusals' too: a real session drops what is not the message's story. */
function overheard(service: SmtpService, heard: (ruling: Ruling) => void): SmtpService {
  const { policy } = service;
  const keep = (ruling: Ruling) => {
    heard(ruling);
    return ruling;
  };
  const later = async (ruling: Promise<Ruling>) => keep(await ruling);
  const both = (ruling: Ruling | Promise<Ruling>) =>
    ruling instanceof Promise ? later(ruling) : keep(ruling);
  const listening: Policy = {
    ...policy,
    client: (...args) => later(policy.client(...args)),
    helo: (...args) => later(policy.helo(...args)),
    sender: (...args) => later(policy.sender(...args)),
    recipient: (...args) => later(policy.recipient(...args)),
    data: (...args) => both(policy.data(...args)),
    endOfData: (...args) => both(policy.endOfData(...args)),
    size: (...args) => keep(policy.size(...args)),
  };
  return { ...service, policy: listening };
}

/** @throws ConfigError when smtpd cannot run with this configuration. */
export async function talk(given: Talk): Promise<Talked> {
  const { clock, smtpd, input } = given;
  let written = '';
  const journey: JourneyEntry[] = [];
  const service = createService(given.service, given.world, {
    ...smtpd,
    clock,
    log: () => SILENT,
    anvil: createAnvil(() => clock.now()),
    refuse: () => undefined,
    intake: {
      allocate: given.allocate,
      submit(submission) {
        // a notice to the postmaster about the session comes this way too
        if (submission.origin !== 'smtpd') return Promise.resolve({ kind: 'queued' });
        journey.unshift(...unheard(submission, journey));
        return given.submit(submission);
      },
    },
  });
  const channel = {
    write: (text: string) => {
      written += text;
    },
    expectContent: () => undefined,
    expectChunk: () => undefined,
    pending: () => new Uint8Array(0),
  };
  const conversation = new Conversation(
    overheard(service, (ruling) => journey.push(...ruling.journey)),
    channel,
    await clientOf(given, service),
  );
  const { session } = conversation;
  const replies: { command: string; reply: string }[] = [];
  const note = (command: string): string => {
    session.flush();
    const reply = written.trimEnd().replaceAll('\r\n', '\n');
    replies.push({ command, reply });
    written = '';
    return reply;
  };
  const say = async (command: string) => {
    if (session.isHangingUp) return replies.at(-1)?.reply ?? '';
    await conversation.command({ bytes: Buffer.from(command), isBare: false, isOverlong: false });
    return note(command);
  };

  await conversation.start();
  note('');
  await say(`EHLO ${input.helo}`);
  await logIn(given, conversation, say);
  const mail = await say(`MAIL FROM:<${input.sender}>`);
  const refused: { recipient: string; reply: string }[] = [];
  const refuse = (recipients: readonly string[], reply: string) => {
    for (const recipient of recipients) refused.push({ recipient, reply });
  };
  if (!mail.startsWith('250')) refuse(input.recipients, mail);
  else {
    for (const recipient of input.recipients) {
      const reply = await say(`RCPT TO:<${recipient}>`);
      if (!reply.startsWith('250')) refuse([recipient], reply);
    }
  }
  if (refused.length < input.recipients.length) {
    const data = await say('DATA');
    const answer = data.startsWith('354') ? await end() : data;
    if (!answer.startsWith('250')) {
      const known = new Set(refused.map(({ recipient }) => recipient));
      refuse(
        input.recipients.filter((recipient) => !known.has(recipient)),
        answer,
      );
    }
  }
  return { replies, refused, journey };

  async function end(): Promise<string> {
    const limit = service.settings.messageSizeLimit;
    const isOverLimit = limit > 0 && given.content.length > limit;
    await conversation.content({ bytes: given.content, isOverLimit, hasBareNewline: false });
    return note('.');
  }
}

/** What smtpd noted without a ruling: that the message began. */
function unheard({ journey }: Submission, heard: readonly JourneyEntry[]): readonly JourneyEntry[] {
  const known = new Set(heard);
  return journey.filter((entry) => !known.has(entry));
}

async function clientOf({ input, smtpd }: Talk, { settings }: SmtpService) {
  const { clientAddress: address, clientName } = input;
  const named = { name: clientName, nameStatus: 'ok', reverseName: clientName, reverseStatus: 'ok' } as const;
  const unknown = {
    name: 'unknown',
    nameStatus: 'permanent',
    reverseName: 'unknown',
    reverseStatus: 'permanent',
  } as const;
  const found =
    clientName !== '' ? named : settings.looksUpPeerName ? await smtpd.lookupClient(address) : unknown;
  return {
    ...found,
    address,
    socketAddress: address,
    port: '0',
    serverAddress: '127.0.0.1',
    serverPort: '25',
  };
}

/** After STARTTLS a client introduces itself again; who logged in is known from then on. */
async function logIn(
  { input }: Talk,
  { session }: Conversation,
  say: (command: string) => Promise<string>,
): Promise<void> {
  if (input.tls) {
    session.isEncrypted = true;
    await say(`EHLO ${input.helo}`);
  }
  if (input.login !== '') session.sasl = { method: 'PLAIN', username: input.login };
}

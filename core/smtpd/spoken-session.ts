/** An SMTP session without a socket: a conversation of smtpd that is told the commands and whose replies are kept. */
import type { SmtpClient } from './client.ts';
import { Conversation } from './conversation.ts';
import type { SmtpService } from './service.ts';

/** Who speaks, and what it asks for. */
export interface Speaker {
  readonly clientAddress: string;
  /** '' looks it up. */
  readonly clientName: string;
  readonly helo: string;
  /** As after STARTTLS. */
  readonly tls: boolean;
  /** The name that it logged in with; '': it did not. */
  readonly login: string;
  readonly sender: string;
  readonly recipients: readonly string[];
}

export interface SpokenReply {
  readonly command: string;
  /** Lines with LF between them. */
  readonly reply: string;
}

export interface SpokenRefusal {
  readonly recipient: string;
  readonly reply: string;
}

export interface SpokenSession {
  /** So far. */
  readonly replies: SpokenReply[];
  /** Introduces the client and hands over one message; answers who was refused, and with what. */
  deliver(content: Buffer): Promise<SpokenRefusal[]>;
  /** QUIT, and the session is over. */
  quit(): Promise<void>;
}

export async function openSpokenSession(service: SmtpService, speaker: Speaker): Promise<SpokenSession> {
  let written = '';
  const channel = {
    write: (text: string) => {
      written += text;
    },
    expectContent: () => undefined,
    expectChunk: () => undefined,
    pending: () => new Uint8Array(0),
  };
  const conversation = new Conversation(service, channel, await clientOf(speaker, service));
  const { session } = conversation;
  const replies: SpokenReply[] = [];
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

  /** After STARTTLS a client introduces itself again; who logged in is known from then on. */
  async function logIn(): Promise<void> {
    if (speaker.tls) {
      session.isEncrypted = true;
      await say(`EHLO ${speaker.helo}`);
    }
    if (speaker.login !== '') session.sasl = { method: 'PLAIN', username: speaker.login };
  }

  async function end(content: Buffer): Promise<string> {
    const limit = service.settings.messageSizeLimit;
    const isOverLimit = limit > 0 && content.length > limit;
    await conversation.content({ bytes: content, isOverLimit, hasBareNewline: false });
    return note('.');
  }

  async function envelope(): Promise<SpokenRefusal[]> {
    const { sender, recipients } = speaker;
    const mail = await say(`MAIL FROM:<${sender}>`);
    if (!mail.startsWith('250')) return recipients.map((recipient) => ({ recipient, reply: mail }));
    const refused: SpokenRefusal[] = [];
    for (const recipient of recipients) {
      const reply = await say(`RCPT TO:<${recipient}>`);
      if (!reply.startsWith('250')) refused.push({ recipient, reply });
    }
    return refused;
  }

  await conversation.start();
  note('');
  return {
    replies,
    async deliver(content) {
      await say(`EHLO ${speaker.helo}`);
      await logIn();
      const refused = await envelope();
      if (refused.length === speaker.recipients.length) return refused;
      const data = await say('DATA');
      const answer = data.startsWith('354') ? await end(content) : data;
      if (answer.startsWith('250')) return refused;
      const known = new Set(refused.map(({ recipient }) => recipient));
      const rest = speaker.recipients.filter((recipient) => !known.has(recipient));
      return [...refused, ...rest.map((recipient) => ({ recipient, reply: answer }))];
    },
    async quit() {
      await say('QUIT');
      conversation.end(false, 0);
    },
  };
}

async function clientOf(
  { clientAddress: address, clientName }: Speaker,
  { settings, lookupClient }: SmtpService,
): Promise<SmtpClient> {
  const named = { name: clientName, nameStatus: 'ok', reverseName: clientName, reverseStatus: 'ok' } as const;
  const unknown = {
    name: 'unknown',
    nameStatus: 'permanent',
    reverseName: 'unknown',
    reverseStatus: 'permanent',
  } as const;
  const found = clientName !== '' ? named : settings.looksUpPeerName ? await lookupClient(address) : unknown;
  return {
    ...found,
    address,
    socketAddress: address,
    port: '0',
    serverAddress: '127.0.0.1',
    serverPort: '25',
  };
}

/**
 * Mail that a person hands in from the window: as sendmail(1) through pickup, or over SMTP as a client that is made up,
 * in a session of smtpd without a socket. Both are real: restrictions, cleanup, queue and log are those of any mail.
 */
import { randomBytes } from 'node:crypto';
import type { HandInArea, Sent } from '../api/areas/hand-in.ts';
import type { HandedIn } from '../api/contract/drafts.ts';
import type { SubmitInput, SubmitResult } from '../api/contract/mail.ts';
import { withResentHeaders } from '../compose/resent.ts';
import { ConfigError, type Config } from '../config/config.ts';
import { asClientSends, NoListenerError, serviceOf } from '../journey/dry-run.ts';
import { utcStamp } from '../mail/header-date.ts';
import { unquoteLocal } from '../mail/quote.ts';
import type { MessageAt } from '../message/message.ts';
import type { Smtpd } from '../smtpd/smtpd.ts';
import type { Speaker } from '../smtpd/spoken-session.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

export interface HandInDependencies {
  readonly store: Pick<Store, 'mail'>;
  readonly config: () => Config;
  readonly clock: Pick<Clock, 'now'>;
  readonly converse: Smtpd['converse'];
  readonly submit: (input: SubmitInput) => Promise<SubmitResult>;
  readonly source: (at: MessageAt) => Promise<Uint8Array | undefined>;
}

/** What sendmail(1) is given. */
export interface LocalMail {
  /** External form. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly raw: Uint8Array;
  /** Its header is not completed (sendmail -G). */
  readonly isGateway?: boolean;
}

export interface HandIn extends Omit<HandInArea, 'import'> {
  readonly locally: (mail: LocalMail) => Promise<HandedIn>;
  bySmtp(service: string, speaker: Speaker, content: Uint8Array): Promise<Sent>;
  makeMessageId(): string;
}

const MADE_UP = 'This message came from a client that was made up.\n';
const QUEUED_AS = /queued as ([A-Za-z0-9]+)/;
const UNIQUE_BYTES = 6;

export function createHandIn(dependencies: HandInDependencies): HandIn {
  const { store, config, clock, converse, submit, source } = dependencies;

  async function locally({ sender, recipients, raw, isGateway = false }: LocalMail): Promise<HandedIn> {
    const { queueId, id, refused } = await submit({
      sender: unquoteLocal(sender),
      recipients: recipients.map(unquoteLocal),
      rawBase64: Buffer.from(raw).toString('base64'),
      ret: '',
      envid: '',
      notify: [],
      extractRecipients: false,
      verify: false,
      report: false,
      fullName: '',
      bodyType: '8BITMIME',
      isGateway,
      uid: process.getuid?.() ?? 0,
    });
    return {
      queueId,
      ...(id === undefined ? {} : { id }),
      refused: refused === undefined ? [] : [refused],
      replies: [],
    };
  }

  async function hold(service: string, speaker: Speaker, content: Uint8Array): Promise<HandedIn> {
    const session = await converse(serviceOf(config(), service), speaker);
    const refused = await session.deliver(asClientSends(content));
    await session.quit();
    const last = session.replies.findLast(({ command }) => command === '.');
    const queueId = QUEUED_AS.exec(last?.reply ?? '')?.[1] ?? '';
    const id = queueId === '' ? undefined : store.mail.findByQueueId(queueId);
    return {
      queueId,
      ...(id === undefined ? {} : { id }),
      refused: refused.map(({ recipient, reply }) => `${recipient}: ${reply}`),
      replies: session.replies,
    };
  }

  async function bySmtp(service: string, speaker: Speaker, content: Uint8Array): Promise<Sent> {
    try {
      return { kind: 'handed-in', result: await hold(service, speaker, content) };
    } catch (error) {
      if (!(error instanceof NoListenerError || error instanceof ConfigError)) throw error;
      return { kind: 'problems', problems: [error.message] };
    }
  }

  function makeMessageId(): string {
    const unique = randomBytes(UNIQUE_BYTES).toString('hex');
    return `<${utcStamp(clock.now())}.${unique}@${config().get('myhostname')}>`;
  }

  return {
    locally,
    bySmtp,
    makeMessageId,
    async resend({ id, inside, sender, recipients, isMarked }) {
      const raw = await source({ id, inside });
      if (raw === undefined) return { kind: 'gone' };
      const resent = { from: sender, to: recipients, at: clock.now(), messageId: makeMessageId() };
      const marked = isMarked ? withResentHeaders(raw, resent) : raw;
      return {
        kind: 'handed-in',
        result: await locally({ sender, recipients, raw: marked, isGateway: true }),
      };
    },
    async inject({ messageId, rawBase64, service, ...speaker }) {
      const captured = messageId === undefined ? undefined : await source({ id: messageId, inside: '' });
      if (messageId !== undefined && captured === undefined) return { kind: 'gone' };
      const typed = rawBase64 === undefined ? undefined : Buffer.from(rawBase64, 'base64');
      return bySmtp(service, speaker, captured ?? typed ?? madeUp(speaker));
    },
  };
}

function madeUp({ sender, recipients, helo }: Speaker): Buffer {
  const from = sender === '' ? '' : `From: ${sender}\n`;
  return Buffer.from(`${from}To: ${recipients.join(',\n\t')}\nSubject: Mail from ${helo}\n\n${MADE_UP}`);
}

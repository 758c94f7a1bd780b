/** One session with one server: its connection, what it offers, and how often it was used. */
import type { Clock } from '../../util/clock.ts';
import type { Log } from '../../util/log.ts';
import type { Connection, Wait } from './connection.ts';
import { createReplyReader, type Response } from './reply.ts';
import type { SmtpSettings } from './settings.ts';

/** What a server said in EHLO, and what follows from it. */
export type Feature =
  | 'ESMTP'
  | '8BITMIME'
  | 'PIPELINING'
  | 'SIZE'
  | 'STARTTLS'
  | 'DSN'
  | 'SMTPUTF8'
  | `XFORWARD_${string}`
  | 'PIX_NO_ESMTP'
  | 'PIX_DELAY_DOTCRLF';

/** Who is talked to: host name, address, port. A Unix socket has port 0 and its path for address. */
export interface Peer {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** `host[address]`, as texts name a server. */
export const namaddr = ({ host, address }: Peer): string => `${host}[${address}]`;

/** `host[address]:port`, as relay= and log lines name it. */
export const namaddrport = (peer: Peer): string =>
  peer.port === 0 ? namaddr(peer) : `${namaddr(peer)}:${peer.port}`;

export interface Session {
  readonly peer: Peer;
  readonly connection: Connection;
  readonly features: Set<Feature>;
  /** What the server allows (RFC 1870); 0 when it does not say. */
  sizeLimit: number;
  /** The best of the mail exchangers. */
  isBest: boolean;
  /** Messages before this one. */
  reuses: number;
  /** After this it is not used again, ms since the epoch. */
  readonly expiresAt: number;
  /** May be kept for another message. */
  mayBeKept: boolean;
  /** The protocol is in an unknown state: not even QUIT. */
  isForbidden: boolean;
  /** What was said and answered, for the postmaster: `Out: MAIL FROM:<...>`, `In:  250 Ok`. */
  readonly history: string[];
  /** One of us does not speak SMTP: the server said what is no reply, or called a command wrong. */
  hasProtocolError: boolean;
  /** The server does not know RSET, so that the session cannot be probed. */
  isRsetRefused: boolean;
  /** Says something; it goes out with the next `receive` or `flush`. */
  send(line: string): void;
  /** Bytes said and not sent yet. */
  readonly unsent: number;
  flush(wait: Wait): Promise<void>;
  /** Sends what is unsent and reads one reply. */
  receive(wait: Wait, queueId: string): Promise<Response>;
}

export interface SessionDependencies {
  readonly settings: SmtpSettings;
  readonly log: Log;
  readonly clock: Clock;
}

export function createSession(
  { settings, log, clock }: SessionDependencies,
  peer: Peer,
  connection: Connection,
): Session {
  let unsent = '';
  const history: string[] = [];
  const readReply = createReplyReader({
    settings,
    log,
    connection,
    namaddrport: namaddrport(peer),
    address: peer.address,
    onLine: (line) => {
      history.push(`In:  ${line}`);
    },
  });
  const session: Session = {
    peer,
    connection,
    features: new Set(),
    sizeLimit: 0,
    isBest: false,
    reuses: 0,
    expiresAt: clock.now() + settings.reuseTimeMs,
    mayBeKept: true,
    isForbidden: false,
    history,
    hasProtocolError: false,
    isRsetRefused: false,
    send(line) {
      history.push(`Out: ${line}`);
      unsent += `${line}\r\n`;
    },
    get unsent() {
      return unsent.length;
    },
    async flush(wait) {
      if (unsent === '') return;
      const bytes = Buffer.from(unsent);
      unsent = '';
      await connection.write(bytes, wait);
    },
    async receive(wait, queueId) {
      await session.flush(wait);
      return readReply(wait, {
        queueId,
        isPipelining: session.features.has('PIPELINING'),
        onGarbage: () => {
          session.mayBeKept = false;
          session.hasProtocolError = true;
        },
      });
    },
  };
  return session;
}

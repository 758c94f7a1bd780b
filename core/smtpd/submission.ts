/** A finished transaction as the message that is handed to cleanup. */
import type { ClientIdentity, Submission } from '../mail/message.ts';
import { rfcAddress } from './client.ts';
import { withoutMailboxLine } from './content.ts';
import { receivedHeader } from './received.ts';
import type { Session, Transaction } from './session.ts';

/** `queueId` is '' where nothing is queued. */
interface Numbers {
  readonly queueId: string;
  readonly arrivedAt: number;
}

export function toSubmission(
  session: Session,
  transaction: Transaction,
  allocation: NonNullable<Transaction['allocation']>,
  content: Buffer,
): Submission {
  const { service } = session;
  const { head, rest } = contentHead(session, transaction, allocation, content);
  return {
    ...allocation,
    origin: 'smtpd',
    client: identityOf(session),
    sender: transaction.sender,
    recipients: transaction.recipients,
    ret: transaction.ret,
    envid: transaction.envid,
    smtputf8: session.hasSmtpUtf8,
    encoding: transaction.encoding,
    ...(transaction.verp === '' ? {} : { verp: transaction.verp }),
    raw: rest,
    head,
    rewriteContext: session.forwarded?.domain ?? transaction.rewriteContext,
    skip: skipped(service.settings.overrides),
    // PREPEND is done: it stands above our own Received header.
    orders: withFilter(session),
    journey: session.journey,
  };
}

/** What smtpd puts in front of the content, LF after each line, and the content without what became a part of that. */
export function contentHead(
  session: Session,
  transaction: Transaction,
  allocation: Numbers,
  content: Buffer,
): { readonly head: string; readonly rest: Buffer } {
  const { head, rest } = withoutMailboxLine(content);
  const prepended = (session.orders.prepend ?? []).map((line) => `${line}\n`).join('');
  return { head: prepended + received(session, transaction, allocation) + head, rest };
}

function withFilter(session: Session): Submission['orders'] {
  const orders = withoutPrepend(session.orders);
  if (orders.filter !== undefined) return orders;
  const { contentFilter } = session.service.settings;
  return contentFilter === '' ? orders : { ...orders, filter: contentFilter };
}

function withoutPrepend(orders: Submission['orders']): Submission['orders'] {
  if (orders.prepend === undefined) return orders;
  return Object.fromEntries(Object.entries(orders).filter(([name]) => name !== 'prepend'));
}

/** receive_override_options (postconf(5)). */
function skipped(overrides: readonly string[]): Submission['skip'] {
  return {
    ...(overrides.includes('no_address_mappings') ? { addressMappings: true, bcc: true } : {}),
    ...(overrides.includes('no_header_body_checks') ? { checks: true } : {}),
  };
}

function received(session: Session, transaction: Transaction, { queueId, arrivedAt }: Numbers): string {
  const { client, service, sasl } = session;
  const { settings, config } = service;
  const showsLogin = sasl !== undefined && config.boolean('smtpd_sasl_authenticated_header');
  return receivedHeader({
    helo: session.helo,
    clientName: client.name,
    clientAddress: rfcAddress(client.address),
    myhostname: settings.myhostname,
    mailName: settings.mailName,
    protocol: session.protocol,
    smtputf8: session.hasSmtpUtf8,
    isAuthenticated: sasl !== undefined,
    shownLogin: showsLogin ? sasl.username : undefined,
    queueId,
    recipients: transaction.recipients.map((recipient) => recipient.address),
    at: arrivedAt,
  });
}

/** What XFORWARD said has precedence: it is who really sent the message. */
function identityOf(session: Session): ClientIdentity {
  const { client, forwarded, sasl, service } = session;
  const isAuthenticated = session.protocol === 'ESMTP' && sasl !== undefined;
  const told = forwarded ?? {
    ...client,
    helo: session.helo,
    protocol: isAuthenticated ? 'ESMTPA' : session.protocol,
  };
  return {
    name: told.name,
    address: told.address,
    port: Number(told.port) || 0,
    helo: told.helo ?? '',
    protocol: told.protocol,
    saslMethod: sasl?.method ?? '',
    saslUsername: sasl?.username ?? '',
    service: service.name,
  };
}

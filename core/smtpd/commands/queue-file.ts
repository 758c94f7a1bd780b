/** The message gets its queue id: with the first good recipient, or at MAIL (smtpd_delay_open_until_valid_rcpt). */
import type { Session } from '../session.ts';

export function openQueueFile(session: Session): void {
  const { transaction, service } = session;
  if (transaction === undefined || transaction.allocation !== undefined) return;
  transaction.allocation = service.intake.allocate();
  const origin = originOf(session);
  service.logger.info(`${transaction.allocation.queueId}: client=${origin}`);
  session.journey.unshift({
    at: transaction.allocation.arrivedAt,
    program: 'smtpd',
    verdict: 'info',
    what: `takes a message from ${session.clientLabel}`,
    detail: `client=${origin}, helo=${session.helo ?? '(none)'}, proto=${session.protocol}`,
  });
}

function originOf(session: Session): string {
  const { sasl, forwarded } = session;
  let text = session.clientLabel;
  if (sasl !== undefined) text += `, sasl_method=${sasl.method}, sasl_username=${sasl.username}`;
  if (forwarded?.ident !== undefined) text += `, orig_queue_id=${forwarded.ident}`;
  if (forwarded !== undefined) text += `, orig_client=${forwardedLabel(forwarded)}`;
  return text;
}

function forwardedLabel({ name, address }: NonNullable<Session['forwarded']>): string {
  return address === 'unknown' ? name : `${name}[${address}]`;
}

/** Messages for this folder's tests and the benchmark. */
import type { MailboxDelivery, NewMessage, Outcome } from '../mail/message.ts';
import { makeQueueId } from '../mail/queue-id.ts';
import type { Settlement } from './store.ts';

export const ARRIVED = Date.UTC(2026, 10, 22, 14, 2, 11);

/** A message of one recipient that smtpd took in; `changes` replaces fields. */
export function sampleMessage(messageId: number, changes: Partial<NewMessage> = {}): NewMessage {
  const header = Buffer.from(
    `Received: from app.test (localhost [127.0.0.1])\n\tby localhost (Postfix) with ESMTP id X\n` +
      `From: Shop <noreply@shop.test>\nTo: root@localhost\nSubject: Your receipt #${messageId}\nMessage-Id: <${messageId}@shop.test>\n`,
  );
  const raw = Buffer.from(
    `From: Shop <noreply@shop.test>\r\nTo: root@localhost\r\nSubject: Your receipt #${messageId}\r\n` +
      `Message-Id: <${messageId}@shop.test>\r\n\r\nThanks for your order number ${messageId}.\r\n`,
  );
  return {
    queueId: makeQueueId(ARRIVED, messageId, false),
    messageId,
    arrivedAt: ARRIVED + messageId,
    origin: 'smtpd',
    client: {
      name: 'localhost',
      address: '127.0.0.1',
      port: 40000,
      helo: 'app.test',
      protocol: 'ESMTP',
      saslMethod: '',
      saslUsername: '',
      service: 'smtp',
    },
    sender: 'noreply@shop.test',
    ret: '',
    envid: '',
    smtputf8: false,
    encoding: '7bit',
    recipients: [{ address: 'root@localhost', originalAddress: 'root@localhost', notify: [], orcpt: '' }],
    content: { raw, header, bodyOffset: raw.indexOf('\r\n\r\n') + 4, body: null },
    size: header.length + 50,
    queueSize: header.length + 58,
    summary: {
      from: 'Shop <noreply@shop.test>',
      to: 'root@localhost',
      subject: `Your receipt #${messageId}`,
      date: ARRIVED,
      messageId: `<${messageId}@shop.test>`,
    },
    hold: null,
    filter: '',
    verify: false,
    wantsReport: false,
    verp: '',
    journey: [
      {
        at: ARRIVED,
        program: 'smtpd',
        verdict: 'ok',
        what: 'accepted from 127.0.0.1',
        source: { kind: 'parameter', name: 'mynetworks', value: '127.0.0.0/8', file: 'main.cf', line: 5 },
      },
    ],
    ...changes,
  };
}

export function sampleOutcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    recipientIndex: 0,
    address: 'you@localhost',
    originalAddress: 'root@localhost',
    status: 'sent',
    dsn: '2.0.0',
    reason: 'delivered to mailbox',
    relay: 'local',
    action: 'delivered',
    startedAt: ARRIVED + 1,
    finishedAt: ARRIVED + 4,
    ...changes,
  };
}

export function sampleDelivery(changes: Partial<MailboxDelivery> = {}): MailboxDelivery {
  return {
    recipientIndex: 0,
    mailbox: 'you',
    address: 'root@localhost',
    head: 'Return-Path: <noreply@shop.test>\nX-Original-To: root@localhost\nDelivered-To: root@localhost\n',
    ...changes,
  };
}

/** The message delivered into `you` and out of the queue; `changes` replaces fields. */
export function sampleSettlement(message: NewMessage, changes: Partial<Settlement> = {}): Settlement {
  return {
    queueId: message.queueId,
    messageId: message.messageId,
    outcomes: [sampleOutcome()],
    mailboxDeliveries: [sampleDelivery()],
    create: [],
    journey: [{ at: ARRIVED + 4, program: 'local', verdict: 'ok', what: 'alias root -> you' }],
    doneRecipients: [0],
    deferredRecipients: [],
    next: { kind: 'removed' },
    ...changes,
  };
}

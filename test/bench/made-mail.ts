/** Made-up mail for measurements: 2 KB messages of words whose frequencies are like a language's. */
import type { IndexedMessage } from '../../core/store/index-source.ts';
import type { NewMessage } from '../../core/mail/message.ts';
import { threadWords } from '../../core/mail/thread.ts';
import { knownAddresses, searchTextOf, tagsOf } from '../../core/message/search-text.ts';
import { makeQueueId } from '../../core/mail/queue-id.ts';
import type { Settlement } from '../../core/store/store.ts';

const SYLLABLES = 'ka lo mi ren sto va der um ti pa qua shi nor bel gra xen dis fo ley mur'.split(' ');
const WORDS = 20_000;
/** 2026-11-22 14:02:11 UTC. */
export const BEGIN = 1795356131000;

/** The same numbers for the same seed, on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function word(index: number): string {
  let text = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    text += SYLLABLES[rest % SYLLABLES.length] ?? '';
  }
  return text;
}
const vocabulary = Array.from({ length: WORDS }, (_, index) => word(index));

const pick = <T>(list: readonly T[], random: () => number): T =>
  list[Math.floor(random() * list.length)] as T;

const SENDERS = ['noreply@shop.test', 'auth@app.test', 'ci@build.test', 'news@app.test', 'billing@app.test'];
const USERS = ['you', 'alice', 'support', 'dev', 'billing'];

/** A word, low numbers much more often. */
const zipf = (random: () => number) => vocabulary[Math.floor(WORDS ** random()) - 1] ?? 'the';

export interface MadeMail {
  readonly message: NewMessage;
  readonly settlement: Settlement;
  readonly indexed: IndexedMessage;
}

export function makeMail(id: number, random: () => number): MadeMail {
  const sender = pick(SENDERS, random);
  const user = pick(USERS, random);
  const isOutside = random() < 0.03;
  const recipient = isOutside
    ? `customer${id % 1000}@example.com`
    : random() < 0.2
      ? 'root@localhost'
      : `${user}@localhost`;
  const subject = `${zipf(random)} ${zipf(random)} ${id}`;
  const words: string[] = [];
  for (let length = 0; length < 1300;) {
    const next = zipf(random);
    words.push(next);
    length += next.length + 1;
  }
  const text = words.join(' ').replace(/(.{60,70}) /g, '$1\r\n');
  const head =
    `From: ${sender}\r\nTo: ${recipient}\r\nSubject: ${subject}\r\nDate: Sun, 22 Nov 2026 14:02:11 +0000\r\n` +
    `Message-Id: <${id}.1@app.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n` +
    `X-Mailer: made for measurements, with a header of usual length around it\r\n`;
  const raw = Buffer.from(`${head}\r\n${text}\r\n`);
  const header = Buffer.from(
    `Received: from app.test (localhost [127.0.0.1])\n\tby localhost (Postfix) with ESMTP id 4bX2yk1Vz9z7\n\tfor <${recipient}>; Sun, 22 Nov 2026 14:02:11 +0000 (UTC)\n${head.replaceAll('\r\n', '\n')}`,
  );
  const arrivedAt = BEGIN + id * 10;
  const queueId = makeQueueId(arrivedAt, id, false);
  const message: NewMessage = {
    queueId,
    messageId: id,
    arrivedAt,
    origin: 'smtpd',
    client: {
      name: 'localhost',
      address: '127.0.0.1',
      port: 40000 + (id % 1000),
      helo: 'app.test',
      protocol: 'ESMTP',
      saslMethod: '',
      saslUsername: '',
      service: 'smtp',
    },
    sender,
    ret: '',
    envid: '',
    smtputf8: false,
    encoding: '7bit',
    recipients: [{ address: recipient, originalAddress: recipient, notify: [], orcpt: '' }],
    content: { raw, header, bodyOffset: raw.indexOf('\r\n\r\n') + 4, body: null },
    size: header.length + text.length,
    queueSize: header.length + text.length,
    wantsReport: false,
    verp: '',
    summary: { from: sender, to: recipient, subject, date: BEGIN, messageId: `<${id}.1@app.test>` },
    hold: null,
    filter: '',
    verify: false,
    journey: [
      {
        at: arrivedAt,
        program: 'smtpd',
        verdict: 'ok',
        what: 'accepted from localhost[127.0.0.1]',
        source: {
          kind: 'parameter',
          name: 'mynetworks',
          value: '127.0.0.0/8 [::1]/128',
          file: 'main.cf',
          line: 5,
        },
      },
      { at: arrivedAt, program: 'cleanup', verdict: 'info', what: 'size 2048, 1 recipient' },
    ],
  };
  const mailbox = recipient === 'root@localhost' ? 'you' : user;
  const outcome = {
    recipientIndex: 0,
    originalAddress: recipient,
    startedAt: arrivedAt + 1,
    finishedAt: arrivedAt + 3,
  };
  const settlement: Settlement = {
    queueId,
    messageId: id,
    outcomes: [
      isOutside
        ? {
            ...outcome,
            address: recipient,
            status: 'bounced',
            dsn: '5.0.0',
            reason: 'outside mail is not deliverable',
            relay: 'none',
            action: 'failed',
          }
        : {
            ...outcome,
            address: `${mailbox}@localhost`,
            status: 'sent',
            dsn: '2.0.0',
            reason: 'delivered to mailbox',
            relay: 'local',
            action: 'delivered',
          },
    ],
    mailboxDeliveries: isOutside
      ? []
      : [
          {
            recipientIndex: 0,
            mailbox,
            address: recipient,
            head: `Return-Path: <${sender}>\nX-Original-To: ${recipient}\nDelivered-To: ${recipient}\n`,
          },
        ],
    create: [],
    journey: [
      {
        at: arrivedAt + 1,
        program: 'trivial-rewrite',
        verdict: 'ok',
        what: `${recipient} is local`,
        source: {
          kind: 'parameter',
          name: 'mydestination',
          value: 'localhost, localhost.localdomain',
          file: 'main.cf',
          line: 3,
        },
      },
      { at: arrivedAt + 3, program: 'local', verdict: 'ok', what: `delivered to mailbox ${mailbox}` },
    ],
    doneRecipients: [0],
    deferredRecipients: [],
    next: { kind: 'removed' },
  };
  const body = words.join(' ');
  const envelope = { sender, recipients: [recipient] };
  const headers = [
    {
      name: 'Received',
      value: 'from app.test (localhost [127.0.0.1]) by localhost (Postfix) with ESMTP id 4bX2yk1Vz9z7',
    },
    ...head
      .trim()
      .split('\r\n')
      .map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 2) })),
    ...(id % 1000 === 0
      ? [{ name: 'X-Tags', value: 'rare' }]
      : id % 5 === 0
        ? [{ name: 'X-Tags', value: 'often' }]
        : []),
    ...(id % 10 === 0 ? [{ name: 'In-Reply-To', value: `<${id - 1}.1@app.test>` }] : []),
  ];
  return {
    message,
    settlement,
    indexed: {
      id,
      digest: {
        preview: body.slice(0, 140),
        attachments: id % 20 === 0 ? 1 : 0,
        hasHtml: false,
        remoteResources: 0,
      },
      parts: [
        {
          number: '1',
          depth: 0,
          contentType: 'text/plain',
          charset: 'utf-8',
          encoding: '7bit',
          disposition: '',
          fileName: '',
          contentId: '',
          contentLocation: '',
          flowed: 'no',
          isAttachment: false,
          headerStart: 0,
          bodyStart: 0,
          bodyEnd: text.length + 2,
        },
      ],
      text: searchTextOf(headers, envelope, [], body),
      addresses: knownAddresses(headers, envelope),
      tags: tagsOf(headers, envelope),
      thread: threadWords(headers),
    },
  };
}

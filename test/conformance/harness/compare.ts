/**
 * Recorded outcome against the product's: what differs, by kind. Of replies that say yes (2xx, 3xx) only the code counts;
 * of refusals code, enhanced status and text.
 */
import { headerOf } from './messages.ts';
import type {
  CommandRecord,
  MessageRecord,
  QueueAnswer,
  QueueRecord,
  ScenarioRecord,
  SmtpRecord,
  StepRecord,
} from './types.ts';

export interface Difference {
  readonly kind: string;
  readonly where: string;
  readonly expected: unknown;
  readonly actual: unknown;
}
type Add = (kind: string, where: string, expected: unknown, actual: unknown) => void;

const json = (value: unknown) => JSON.stringify(value);

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (json(value) as string | undefined);
  if (text === undefined) return 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

/** What is left of `a` when each of `b` takes one equal away. */
function minus<T>(a: readonly T[], b: readonly T[]): T[] {
  const left = [...b];
  return a.filter((x) => {
    const at = left.indexOf(x);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function parseReply(lines: readonly string[] | undefined) {
  const last = lines?.at(-1) ?? '';
  const match = /^(\d{3})[ -]?(?:([245]\.\d+\.\d+)(?: |$))?/.exec(last);
  return match === null ? { code: last, dsn: '' } : { code: match[1] ?? '', dsn: match[2] ?? '' };
}

function compareKeywords(
  add: Add,
  where: string,
  expected: readonly string[],
  actual: readonly string[],
): void {
  const keywords = (lines: readonly string[]) =>
    lines
      .slice(1)
      .map((line) => line.slice(4))
      .sort();
  const missing = minus(keywords(expected), keywords(actual));
  const extra = minus(keywords(actual), keywords(expected));
  if (missing.length + extra.length > 0) {
    add('ehlo', where, `missing: ${missing.join(', ') || '-'}`, `extra: ${extra.join(', ') || '-'}`);
  }
}

function compareReply(
  add: Add,
  where: string,
  pair: { e: readonly string[] | undefined; a: readonly string[] | undefined; command: string },
): void {
  const { e, a, command } = pair;
  const expected = parseReply(e);
  const actual = parseReply(a);
  const show = (lines: readonly string[] | undefined) => lines?.join(' / ');
  if (expected.code !== actual.code) add('reply-code', where, show(e), show(a));
  else if (/^EHLO/i.test(command) && expected.code === '250') compareKeywords(add, where, e ?? [], a ?? []);
  else if (/^[23]/.test(expected.code)) return;
  else if (expected.dsn !== actual.dsn) add('enhanced-status', where, show(e), show(a));
  else if (json(e) !== json(a)) add('reply-text', where, show(e), show(a));
}

type ReplyItem = readonly string[] | { readonly send: string; readonly reply: readonly string[] };
const linesOf = (item: ReplyItem | undefined) => (item !== undefined && 'reply' in item ? item.reply : item);

function compareSmtp(add: Add, where: string, e: SmtpRecord, a: SmtpRecord): void {
  if ((e.connect ?? '') !== (a.connect ?? '')) {
    add('connection', where, e.connect ?? 'connected', a.connect ?? 'connected');
    return;
  }
  const failed = (x: { tls?: { tls: string | null } } | undefined) => x?.tls?.tls === 'failed';
  if (failed(e) !== failed(a)) add('tls', where, e.tls, a.tls);
  for (let i = 0; i < Math.max(e.exchange.length, a.exchange.length); i++) {
    const x = e.exchange[i];
    const y = a.exchange[i];
    const label = x?.send ?? x?.event ?? y?.send ?? y?.event ?? '';
    const at = `${where} #${i} ${short(label)}`;
    if (x === undefined || y === undefined) {
      add('connection', at, x ?? 'nothing more', y ?? 'nothing more');
    } else if (x.replies !== undefined) {
      x.replies.forEach((item: ReplyItem, k) => {
        const command = 'send' in item ? item.send : label.replace(/^"/, '');
        compareReply(add, `${at} [${'send' in item ? item.send : k}]`, {
          e: linesOf(item),
          a: linesOf(y.replies?.[k]),
          command,
        });
      });
    } else compareReply(add, at, { e: x.reply ?? [], a: y.reply ?? [], command: x.send ?? '' });
    if (failed(x) !== failed(y)) add('tls', at, x?.tls, y?.tls);
  }
  if ((e.serverClosed ?? false) !== (a.serverClosed ?? false)) {
    add(
      'connection',
      where,
      `server closed: ${e.serverClosed ?? false}`,
      `server closed: ${a.serverClosed ?? false}`,
    );
  }
}

function compareQueue(add: Add, where: string, e: QueueAnswer | undefined, a: QueueAnswer | undefined): void {
  const isList = (q: QueueAnswer | undefined): q is readonly QueueRecord[] =>
    q === undefined || Array.isArray(q);
  if (!isList(e) || !isList(a)) {
    if (json(e) !== json(a)) add('queue', where, e, a);
    return;
  }
  const key = (q: QueueRecord) =>
    json({
      queue_name: q.queue_name,
      sender: q.sender,
      recipients: q.recipients.map((r) => json([r.address, r.delay_reason ?? null])).sort(),
      forced: q.forced_expire ?? false,
    });
  const expected = ((e as readonly QueueRecord[] | undefined) ?? []).map(key);
  const actual = ((a as readonly QueueRecord[] | undefined) ?? []).map(key);
  for (const entry of minus(expected, actual)) add('queue', where, entry, undefined);
  for (const entry of minus(actual, expected)) add('queue', where, undefined, entry);
}

function compareCommand(add: Add, where: string, e: CommandRecord, a: CommandRecord): void {
  const at = `${where} ${(e.run ?? e.sendmail ?? []).join(' ')}`;
  if (String(e.exit) !== String(a.exit)) add('command-exit', at, e.exit, a.exit);
  for (const stream of ['stdout', 'stderr', 'tty'] as const) {
    const x = e[stream] ?? [];
    const y = a[stream] ?? [];
    if (json(x) !== json(y)) add('command-output', `${at} ${stream}`, minus(x, y), minus(y, x));
  }
}

function compareStep(add: Add, where: string, e: StepRecord | undefined, a: StepRecord | undefined): void {
  if (e === undefined || a === undefined)
    add('harness', where, e === undefined ? 'no step' : 'a step', a === undefined ? 'no step' : 'a step');
  else if ('smtp' in e) compareSmtp(add, where, e.smtp, 'smtp' in a ? a.smtp : { port: '', exchange: [] });
  else if ('queue' in e)
    compareQueue(add, `${where} queue "${e.queue}"`, e.entries, 'entries' in a ? a.entries : []);
  else if ('exit' in e) compareCommand(add, where, e, 'exit' in a ? a : { exit: 'none' });
}

function compareMessage(add: Add, where: string, e: MessageRecord, a: MessageRecord): void {
  const flat = (m: MessageRecord) => m.headers.map(([name, value]) => `${name}: ${value}`);
  const x = flat(e);
  const y = flat(a);
  if (json(x) !== json(y)) {
    const lost = minus(x, y);
    const added = minus(y, x);
    const isOrder = lost.length + added.length === 0;
    add('headers', where, isOrder ? 'same headers in this order' : lost, isOrder ? y : added);
  }
  if ((e.fromLine === undefined) !== (a.fromLine === undefined))
    add('headers', `${where} From_ line`, e.fromLine, a.fromLine);
  if (e.report !== undefined || a.report !== undefined) {
    for (const part of ['notification', 'perMessage', 'perRecipient', 'returnedType', 'returned'] as const) {
      if (json(e.report?.[part]) !== json(a.report?.[part]))
        add('bounce', `${where} ${part}`, e.report?.[part], a.report?.[part]);
    }
  } else if (e.bodySha256 !== a.bodySha256) add('body', where, e.body, a.body);
}

const sameMessage = (e: MessageRecord, a: MessageRecord): boolean => {
  const differs = { any: false };
  compareMessage(() => (differs.any = true), '', e, a);
  return !differs.any;
};

/**
 * Messages are paired by mailbox, subject, envelope and original recipient. Of several that agree in these, equal ones are
 * paired first: copies that were delivered side by side lie in the mailbox in any order.
 */
function compareMessages(
  add: Add,
  expected: readonly MessageRecord[],
  actual: readonly MessageRecord[],
): void {
  const subject = (m: MessageRecord) => headerOf(m.headers, 'subject') ?? '(none)';
  const key = (m: MessageRecord) => json([m.mailbox, m.returnPath, m.originalTo, m.deliveredTo, subject(m)]);
  const where = (m: MessageRecord) =>
    `mailbox ${m.mailbox}, subject ${short(subject(m))}, for ${m.originalTo ?? '-'}`;
  const envelope = (m: MessageRecord) => ({ returnPath: m.returnPath, deliveredTo: m.deliveredTo });
  const left = [...actual];
  const unpaired = expected.filter((message) => {
    const equal = left.findIndex((x) => key(x) === key(message) && sameMessage(message, x));
    if (equal >= 0) left.splice(equal, 1);
    return equal < 0;
  });
  for (const message of unpaired) {
    const exact = left.findIndex((x) => key(x) === key(message) && json(x.headers) === json(message.headers));
    const at = exact >= 0 ? exact : left.findIndex((x) => key(x) === key(message));
    const found = at < 0 ? undefined : left.splice(at, 1)[0];
    if (found === undefined) add('delivery-set', where(message), envelope(message), undefined);
    else compareMessage(add, where(message), message, found);
  }
  for (const message of left) add('delivery-set', where(message), undefined, envelope(message));
}

function compareDeliveries(
  add: Add,
  expected: ScenarioRecord['deliveries'] = [],
  actual: ScenarioRecord['deliveries'] = [],
): void {
  const key = (d: (typeof expected)[number]) =>
    json([d.to, d.orig_to ?? null, d.relay, d.dsn, d.status, d.text]);
  const e = expected.map(key);
  const a = actual.map(key);
  for (const line of minus(e, a)) add('outcome', 'delivery log', line, undefined);
  for (const line of minus(a, e)) add('outcome', 'delivery log', undefined, line);
}

export function compareRecords(expected: ScenarioRecord, actual: ScenarioRecord): readonly Difference[] {
  const found: Difference[] = [];
  const add: Add = (kind, where, e, a) => found.push({ kind, where, expected: e, actual: a });
  if (actual.harnessError !== undefined) {
    add('harness', 'product run', 'a record', actual.harnessError);
    return found;
  }
  const steps = Math.max(expected.steps?.length ?? 0, actual.steps?.length ?? 0);
  for (let i = 0; i < steps; i++) compareStep(add, `step ${i}`, expected.steps?.[i], actual.steps?.[i]);
  compareMessages(add, expected.messages ?? [], actual.messages ?? []);
  compareQueue(add, 'final queue', expected.queue, actual.queue);
  compareDeliveries(add, expected.deliveries, actual.deliveries);
  for (const part of ['files', 'services'] as const) {
    for (const name of new Set([...Object.keys(expected[part] ?? {}), ...Object.keys(actual[part] ?? {})])) {
      const e = expected[part]?.[name];
      const a = actual[part]?.[name];
      if (json(e) !== json(a)) add(part, name, e, a);
    }
  }
  return found;
}

export function formatDifferences(name: string, differences: readonly Difference[]): string {
  if (differences.length === 0) return `same      ${name}`;
  const lines = differences.map(
    (d) =>
      `  [${d.kind}] ${d.where}\n      expected: ${short(d.expected)}\n      actual:   ${short(d.actual)}`,
  );
  return [`DIFFERENT ${name} (${differences.length})`, ...lines].join('\n');
}
